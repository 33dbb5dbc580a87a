import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { runCommand } from '@glyphlab/python';
import { expect, test } from 'vitest';
import { installTensorFlow } from './install.ts';
import { installationAt } from './installation.ts';
import { makePrebuilt } from './make-prebuilt.ts';
import { placePrebuilt, prebuiltFor } from './prebuilt.ts';

const canBeMade = process.platform === 'linux' && process.arch === 'x64';

test.runIf(canBeMade)('made once, they load TensorFlow where there is no compiler', { timeout: 600_000 }, async () => {
  const installed = await installTensorFlow();
  const temporary = temporaryDirectory();
  const directory = join(temporary, 'prebuilt');
  expect(await makePrebuilt(directory, installed)).toBe(true);
  const { glibc, files } = JSON.parse(readFileSync(join(directory, 'prebuilt.json'), 'utf8')) as { glibc: string; files: string[] }; // prettier-ignore
  expect(glibc).toMatch(/^2\.\d+$/);
  expect(readdirSync(directory).sort()).toEqual([...files, 'prebuilt.json'].sort());
  expect(prebuiltFor(installed, { directory })).toBe(directory);

  const env = { ...process.env, GLYPHLAB_CACHE_DIR: join(temporary, 'cache') };
  const { dir, binding } = installationAt('cpu', env);
  mkdirSync(dirname(binding), { recursive: true });
  for (const name of readdirSync(dirname(installed.binding)).filter((name) => !name.endsWith('.node')))
    symlinkSync(join(dirname(installed.binding), name), join(dirname(binding), name));
  placePrebuilt(directory, dir);
  const script = join(import.meta.dirname, 'load-check.ts');
  const { output } = await runCommand([process.execPath, '--import', import.meta.resolve('tsx'), script, 'cpu'], { env });
  expect(JSON.parse(output)).toMatchObject({ correct: true, version: installed.version });
}); // prettier-ignore

test.each<[string, Parameters<typeof prebuiltFor>[0], string | null, Record<string, string>, boolean]>([
  ['as it was made', { variant: 'cpu', version: '2.21.0' }, '2.36', {}, true],
  ['a newer glibc', { variant: 'cpu', version: '2.21.0' }, '2.41', {}, true],
  ['an older glibc', { variant: 'cpu', version: '2.21.0' }, '2.31', {}, false],
  ['another C library', { variant: 'cpu', version: '2.21.0' }, null, {}, false],
  ['another TensorFlow', { variant: 'cpu', version: '2.22.0' }, '2.36', {}, false],
  ['another build', { variant: 'cpu', version: '2.21.0' }, '2.36', { build: 'other' }, false],
  ['CUDA', { variant: 'gpu', version: '2.21.0' }, '2.36', {}, false],
])('whether they fit: %s', (_, installation, glibc, change, fits) => {
  const manifest = { build: 'tfjs4.22.0-1', tensorflow: '2.21.0', glibc: '2.34', files: [], ...change };
  const directory = temporaryDirectory();
  expect(prebuiltFor(installation, { directory, glibc })).toBeUndefined();
  writeFileSync(join(directory, 'prebuilt.json'), JSON.stringify(manifest));
  expect(prebuiltFor(installation, { directory, glibc })).toBe(fits ? directory : undefined);
});
