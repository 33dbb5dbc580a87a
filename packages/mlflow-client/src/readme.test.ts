import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { beforeAll, expect, test } from 'vitest';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
let directory: string;

beforeAll(async () => {
  directory = temporaryDirectory();
  await symlink(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
});

test.each([
  [0, /^[0-9a-f]{32} 0\.0002\n$/],
  [1, /^models:\/m-[0-9a-f]{32}\n$/],
  [2, /^no such run\n$/],
])('example %i of the README does what it says', async (index, output) => {
  const file = join(directory, `example-${index}.ts`);
  await writeFile(file, examples[index]!);
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  // Nx asks for colours, which console.log then gives numbers.
  const env = { ...process.env, FORCE_COLOR: '0', MLFLOW_TRACKING_URI: testServerUrl() };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, file], { env });
  expect(stdout).toMatch(output);
});

test('every example is tried', () => {
  expect(examples).toHaveLength(3);
});
