import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPinned, locatePinned } from './pinned-environment.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'glyphlab-python-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

test('only an environment that is whole is found', async () => {
  const env = { ...process.env, GLYPHLAB_CACHE_DIR: cache };
  const options = { env, signal: new AbortController().signal, onMessage: () => undefined };
  // pip takes a folder as a package, too, so that nothing is downloaded: an empty one is refused.
  const broken = { directory: 'broken', packages: [cache] };
  await expect(installPinned(broken, options)).rejects.toMatchObject({ code: 'PYTHON_INSTALL_FAILED' });
  expect(locatePinned(broken, env)).toBeUndefined();

  const none = { directory: 'whole-1', packages: ['--no-index', 'pip'] };
  const python = await installPinned(none, options);
  expect(locatePinned(none, env)).toBe(python);
  // Not made a second time: nothing could be made now.
  await writeFile(join(cache, 'whole-1', 'venv', 'pyvenv.cfg'), '');
  expect(await installPinned(none, { ...options, env: { GLYPHLAB_CACHE_DIR: cache, PATH: '' } })).toBe(python);
}, 60_000);
