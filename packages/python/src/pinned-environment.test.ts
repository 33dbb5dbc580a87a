import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { installPinned, locatePinned } from './pinned-environment.ts';

const cacheEnv = (): NodeJS.ProcessEnv => ({ ...process.env, GLYPHLAB_CACHE_DIR: temporaryDirectory() });

test('only an environment that is whole is found', async () => {
  const env = cacheEnv();
  const cache = env['GLYPHLAB_CACHE_DIR']!;
  // pip takes a folder as a package, too, so that nothing is downloaded: an empty one is refused.
  const broken = { directory: 'broken', packages: [cache], room: 'nothing' };
  await expect(installPinned(broken, { env })).rejects.toMatchObject({ code: 'PYTHON_INSTALL_FAILED' });
  expect(locatePinned(broken, env)).toBeUndefined();
  expect(readdirSync(join(cache, 'broken'))).toEqual([]);

  const none = { directory: 'whole-1', packages: ['--no-index', 'pip'], room: 'nothing' };
  const env2 = { ...env, PIP_FIND_LINKS: '' };
  await expect(installPinned(none, { env: env2 })).rejects.toMatchObject({ code: 'PYTHON_NOT_FOUND' });
}, 60_000);

test('what is there is not made again, by an earlier release neither', async () => {
  const env = cacheEnv();
  const nothing = { directory: 'whole-1', packages: ['--help'], room: 'nothing' };
  const python = await installPinned(nothing, { env });
  expect(locatePinned(nothing, env)).toBe(python);
  // Nothing could be made now.
  const withoutPath = { GLYPHLAB_CACHE_DIR: env['GLYPHLAB_CACHE_DIR'], PATH: '' };
  expect(await installPinned(nothing, { env: withoutPath })).toBe(python);

  const old = { ...nothing, directory: 'whole-0' };
  const dir = join(env['GLYPHLAB_CACHE_DIR']!, 'whole-0');
  mkdirSync(join(dir, 'venv/bin'), { recursive: true });
  writeFileSync(join(dir, 'venv/bin/python'), '');
  // Half made.
  expect(locatePinned(old, env)).toBeUndefined();
  writeFileSync(join(dir, 'installed.json'), '{}');
  expect(locatePinned(old, env)).toBe(join(dir, 'venv/bin/python'));
}, 60_000);
