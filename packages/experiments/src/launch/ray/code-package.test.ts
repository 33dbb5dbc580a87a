import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { CodePackage } from './code-package.ts';
import { FakeRay } from './recorded-ray.ts';

const files = { 'a.js': '1', 'src/b.js': '2', 'node_modules/c/c.js': '3', '.gitignore': 'node_modules/\ndata\n' };
const filesIn = (zip: Buffer): string[] => Object.keys(unzipSync(zip)).sort();

test('the same code is sent once, without what git ignores; other code is another package', async () => {
  const root = temporaryDirectory({ ...files, 'data/d.bin': '4' });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const ray = await FakeRay.start();
  const uris = [
    await new CodePackage([{ from: root, to: '.' }], ray.client).uri(),
    await new CodePackage([{ from: root, to: '.' }], ray.client).uri(),
  ];
  expect(new Set(uris).size).toBe(1);
  expect(uris[0]).toMatch(/^gcs:\/\/_ray_pkg_[0-9a-f]{32}\.zip$/);
  expect([...ray.packages.keys()]).toEqual([uris[0]!.replace('gcs://', '')]);
  expect(filesIn([...ray.packages.values()][0]!)).toEqual(['.gitignore', 'a.js', 'src/b.js']);
  writeFileSync(join(root, 'a.js'), '5');
  expect(await new CodePackage([{ from: root, to: '.' }], ray.client).uri()).not.toBe(uris[0]);
});

test('a second folder has a place of its own in the package, also one that git ignores', async () => {
  const root = temporaryDirectory({ ...files, 'data/mine/d.js': '4' });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const ray = await FakeRay.start();
  const folders = [
    { from: root, to: '.' },
    { from: join(root, 'data', 'mine'), to: 'project' },
  ];
  await new CodePackage(folders, ray.client).uri();
  expect(filesIn([...ray.packages.values()][0]!)).toEqual(['.gitignore', 'a.js', 'project/d.js', 'src/b.js']);
});

test('without git it is known what is no code', async () => {
  const ray = await FakeRay.start();
  await new CodePackage([{ from: temporaryDirectory(files), to: '.' }], ray.client).uri();
  expect(filesIn([...ray.packages.values()][0]!)).toEqual(['a.js', 'src/b.js']);
});

test('what Ray does not take is an error, and tried again', async () => {
  const ray = await FakeRay.start();
  const code = new CodePackage([{ from: temporaryDirectory(files), to: '.' }], ray.client);
  ray.intercept = (method) => (method === 'PUT' ? [500, 'exceeds the maximum size'] : undefined);
  await expect(code.uri()).rejects.toThrow(/maximum size/);
  ray.intercept = () => undefined;
  expect(await code.uri()).toMatch(/^gcs:/);
});

test('more than code is told with the largest folders, far more refused before anything is read', async () => {
  const root = temporaryDirectory(files);
  const ray = await FakeRay.start();
  const code = new CodePackage([{ from: root, to: '.' }], ray.client);
  expect(code.checkSize()).toBeUndefined();
  mkdirSync(join(root, 'photos'));
  const file = openSync(join(root, 'photos', 'all.bin'), 'w');
  ftruncateSync(file, 20e6);
  expect(code.checkSize()).toMatch(/is 20 MB, most of it in photos\/ \(20 MB\)\./);
  ftruncateSync(file, 600e6);
  closeSync(file);
  expect(() => code.checkSize()).toThrow(expect.objectContaining({ code: 'RAY_CODE_TOO_LARGE', kind: 'wrongInput' }));
});
