import { randomBytes } from 'node:crypto';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import type { Progress } from '@glyphlab/core';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { beforeEach, expect, test } from 'vitest';
import { MlflowClient } from '../client.ts';
import { freshRun, realClient } from '../testing/fresh.ts';

let directory: string;
beforeEach(async () => {
  directory = temporaryDirectory();
});

async function freshArtifacts(client = realClient()) {
  return client.artifacts((await freshRun(client)).artifactUri);
}

test('files are written, replaced, listed, read and deleted', async () => {
  const artifacts = await freshArtifacts();
  expect(await artifacts.list()).toEqual([]);
  await artifacts.upload('config.yaml', 'name: a\n');
  await artifacts.upload('config.yaml', 'name: b\n');
  await artifacts.upload('figures/loss.png', new Uint8Array([1, 2, 3]));
  await artifacts.upload('figures/empty.txt', '');
  expect(await artifacts.list()).toEqual([
    { path: 'config.yaml', isDirectory: false, size: 8 },
    { path: 'figures', isDirectory: true, size: 0 },
  ]);
  const all = (await collect(artifacts.walk())).map(({ path, size }) => [path, size]);
  expect(all).toEqual([
    ['config.yaml', 8],
    ['figures/empty.txt', 0],
    ['figures/loss.png', 3],
  ]);
  expect((await artifacts.download('config.yaml')).toString()).toBe('name: b\n');
  expect(await artifacts.download('figures/empty.txt')).toHaveLength(0);
  await artifacts.delete('figures');
  expect((await collect(artifacts.walk())).map(({ path }) => path)).toEqual(['config.yaml']);
});

test.each(['a b', 'ü', 'a+b', '100%', 'a?b', 'a;b', 'a&b=c', "a'b", 'a:b', '~x', '...', 'images/a~b+step+1.png'])(
  'the path %s is one file',
  async (path) => {
    const artifacts = await freshArtifacts();
    await artifacts.upload(path, path);
    expect((await collect(artifacts.walk())).map((file) => file.path)).toEqual([path]);
    expect((await artifacts.download(path)).toString()).toBe(path);
  },
);

test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a#b', 'a%2fb', 'a\nb'])(
  'the path %j is refused',
  async (path) => {
    const artifacts = realClient().artifacts('mlflow-artifacts:/1/run/artifacts');
    await expect(artifacts.upload(path, 'x')).rejects.toMatchObject({ code: 'MLFLOW_BAD_PATH', kind: 'wrongInput' });
  },
);

test('a large file is streamed both ways, with its progress', async () => {
  const artifacts = await freshArtifacts();
  const content = randomBytes(12_000_000);
  await writeFile(join(directory, 'big.bin'), content);
  const steps: Progress[] = [];
  const onProgress = (progress: Progress) => steps.push(progress);

  await artifacts.uploadFile('m/big.bin', join(directory, 'big.bin'), { onProgress });
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.at(-1)).toMatchObject({ done: content.length, total: content.length, unit: 'bytes' });

  steps.length = 0;
  await artifacts.downloadFile('m/big.bin', join(directory, 'new', 'back.bin'), { onProgress });
  expect(steps.at(-1)).toMatchObject({ done: content.length, total: content.length });
  expect(content.equals(await readFile(join(directory, 'new', 'back.bin')))).toBe(true);
});

test('a directory goes up and comes down with all that is in it', async () => {
  const artifacts = await freshArtifacts();
  await mkdir(join(directory, 'up', 'a', 'b'), { recursive: true });
  const files = { 'one.txt': '1', 'a/two.txt': '2', 'a/b/empty': '' };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, 'up', name), content);
  await artifacts.uploadDirectory('model', join(directory, 'up'));
  await artifacts.downloadDirectory('model', join(directory, 'down'));
  for (const [name, content] of Object.entries(files)) {
    expect(await readFile(join(directory, 'down', name), 'utf8')).toBe(content);
  }
});

test('a storage that takes no parts gets the file whole', async () => {
  const env = { MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: '1000', MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: '400' };
  const client = new MlflowClient({ trackingUri: testServerUrl(), env });
  const artifacts = await freshArtifacts(client);
  await writeFile(join(directory, 'file'), 'x'.repeat(1500));
  await artifacts.uploadFile('file', join(directory, 'file'));
  expect(await artifacts.list()).toEqual([{ path: 'file', isDirectory: false, size: 1500 }]);
  await client.close();
});

test('what is not there is said to be, on either side', async () => {
  const artifacts = await freshArtifacts();
  await expect(artifacts.download('none')).rejects.toMatchObject({ status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' });
  await expect(artifacts.downloadFile('none', join(directory, 'x'))).rejects.toMatchObject({ status: 404 });
  const missing = artifacts.uploadFile('a', join(directory, 'missing'));
  await expect(missing).rejects.toMatchObject({
    code: 'MLFLOW_LOCAL_FILE',
    kind: 'wrongInput',
    where: join(directory, 'missing'),
  });
  await expect(artifacts.uploadFile('a', directory)).rejects.toMatchObject({ code: 'MLFLOW_LOCAL_FILE' });
  await expect(artifacts.downloadFile('a', join(directory, 'f', 'x'))).rejects.toMatchObject({ status: 404 });
});

test('a file that becomes shorter while it is sent is an error, and nothing is stored', async () => {
  const artifacts = await freshArtifacts();
  const file = join(directory, 'shrinking');
  await writeFile(file, randomBytes(8_000_000));
  const onProgress = () => void truncate(file, 1000);
  await expect(artifacts.uploadFile('f', file, { onProgress })).rejects.toMatchObject({ code: 'MLFLOW_LOCAL_FILE' });
  expect(await artifacts.list()).toEqual([]);
});

test.each([
  ['s3://bucket/1', 'MLFLOW_ARTIFACTS_NOT_SERVED'],
  ['/tmp/mlruns/1', 'MLFLOW_ARTIFACTS_NOT_SERVED'],
  ['mlflow-artifacts://other:1234/1', 'MLFLOW_ARTIFACTS_NOT_SERVED'],
])('artifacts at %s are not the server’s', (uri, code) => {
  expect(() => realClient().artifacts(uri)).toThrow(expect.objectContaining({ code, kind: 'wrongInput' }));
});

test('an address of the server itself names the same artifacts', async () => {
  const client = realClient();
  const { artifactUri } = await freshRun(client);
  await client.artifacts(artifactUri).upload('a', 'x');
  const host = new URL(client.url).host;
  const path = artifactUri.slice('mlflow-artifacts:'.length);
  for (const uri of [`mlflow-artifacts://${host}${path}`, `${client.url}/api/2.0/mlflow-artifacts/artifacts${path}`]) {
    expect(await client.artifacts(uri).list()).toEqual([{ path: 'a', isDirectory: false, size: 1 }]);
  }
});
