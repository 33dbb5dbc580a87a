import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { installMlflow, installServing } from './install.ts';
import { installationDir, locateMlflow, locateServing } from './installation.ts';

let directory: string;
beforeEach(() => void (directory = temporaryDirectory()));

const cacheEnv = () => ({ GLYPHLAB_CACHE_DIR: join(directory, 'cache') });

/** The user's own Python, but a package index of the test's. */
const realPython = (index: string) => ({
  PATH: process.env['PATH'],
  HOME: directory,
  ...cacheEnv(),
  PIP_CONFIG_FILE: '/dev/null',
  PIP_INDEX_URL: index,
  // With none at all pip does not say what was wrong.
  PIP_RETRIES: '1',
  PIP_NO_CACHE_DIR: '1',
});

/**
 * A python3 that does what a shell script says for `-m venv`, for pip's `install` and for the first start; it stands for machines
 * that cannot be had here.
 */
async function fakePython(script: { version?: string; venv?: string; pip?: string; prepare?: string }) {
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const makeVenv = 'for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python"';
  const text = `#!/bin/sh
case "$*" in
  -c*) echo ${script.version ?? '3.11.7'} ;;
  *'-m venv'*) ${script.venv ?? makeVenv} ;;
  *'-m pip --version'*) ${script.pip === undefined ? 'echo "pip 23.2.1 from x"' : script.pip} ;;
  *ensurepip*) echo 'No module named ensurepip'; exit 1 ;;
  *install*) echo "$*" >> '${directory}/installs'; sleep 0.2; ${script.prepare === undefined ? ':' : script.prepare} ;;
  *--prepare*) for last; do :; done; echo made > "$last" ;;
esac
`;
  await writeFile(join(bin, 'python3'), text);
  await chmod(join(bin, 'python3'), 0o755);
  // No other Python is to be found.
  for (const tool of ['sh', 'mkdir', 'cp', 'sleep']) await symlink(`/bin/${tool}`, join(bin, tool));
  return { PATH: bin, ...cacheEnv() };
}

test('without Python 3 the error says how to get it', async () => {
  const env = { PATH: directory, ...cacheEnv() };
  await expect(installMlflow({ env })).rejects.toMatchObject({
    code: 'MLFLOW_NO_PYTHON',
    hint: expect.stringContaining('apt'),
  });
});

test.each([
  ['an old Python', { version: '3.8.10' }, 'MLFLOW_PYTHON_TOO_OLD'],
  ['a Python without venv', { venv: 'echo "/usr/bin/python3: No module named venv"; exit 1' }, 'MLFLOW_NO_VENV'],
  ['a Python without pip', { pip: 'exit 1' }, 'MLFLOW_NO_PIP'],
  ['a full disk', { prepare: 'echo "ERROR: [Errno 28] No space left on device"; exit 1' }, 'MLFLOW_DISK_FULL'],
  ['anything else', { prepare: 'echo "ERROR: it rains"; exit 1' }, 'MLFLOW_INSTALL_FAILED'],
])('%s is told from the others', async (_, script, code) => {
  const env = await fakePython(script);
  await expect(installMlflow({ env })).rejects.toMatchObject({ code });
  expect(locateMlflow(env)).toBeUndefined();
  expect((await readdir(installationDir(env))).filter((name) => name.startsWith('environment-'))).toEqual([]);
});

test('a package index that is not reached is told from one that lacks MLflow', async () => {
  await expect(installMlflow({ env: realPython('http://127.0.0.1:9/simple') })).rejects.toMatchObject({
    code: 'MLFLOW_NO_NETWORK',
  });

  const empty = createServer((_, answer) => answer.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(empty, 'listening');
  const { port } = empty.address() as AddressInfo;
  const lacking = installMlflow({ env: realPython(`http://127.0.0.1:${port}/simple`) });
  await expect(lacking).rejects.toMatchObject({ code: 'MLFLOW_NOT_FOUND' });
  empty.close();
});

test('a cache directory that cannot be made is named', async () => {
  await writeFile(join(directory, 'cache'), 'a file');
  await expect(installMlflow({ env: { ...process.env, ...cacheEnv() } })).rejects.toMatchObject({
    code: 'MLFLOW_CACHE_NOT_WRITABLE',
    where: expect.stringContaining(directory),
  });
});

test('of two that install at once one waits and finds it done', async () => {
  const env = await fakePython({});
  const messages: string[] = [];
  const onMessage = (message: string) => messages.push(message);
  const [one, other] = await Promise.all([installMlflow({ env, onMessage }), installMlflow({ env, onMessage })]);
  expect(other).toEqual(one);
  expect(messages.filter((message) => message.includes('waiting'))).toHaveLength(1);
  const installs = (await readFile(join(directory, 'installs'), 'utf8')).trim().split('\n');
  expect(installs.map((line) => /mlflow==|requirements/.exec(line)?.[0])).toEqual(['requirements', 'mlflow==']);
  expect(locateMlflow(env)).toEqual(one);
});

test('what serving takes is added once, to the MLflow that is there', async () => {
  const env = await fakePython({});
  const mlflow = await installMlflow({ env });
  expect(locateServing(env)).toBeUndefined();
  await Promise.all([installServing({ env }), installServing({ env })]);
  expect(locateServing(env)).toEqual(mlflow);
  const installs = (await readFile(join(directory, 'installs'), 'utf8')).trim().split('\n');
  expect(installs.filter((line) => line.includes('serving.txt'))).toHaveLength(1);
});

test('an interrupted installation leaves nothing that is taken for one, and the next one goes through', async () => {
  const env = await fakePython({ prepare: `[ -e '${directory}/again' ] || sleep 20` });
  const abort = new AbortController();
  const first = installMlflow({ env, signal: abort.signal });
  while (!existsSync(join(directory, 'installs'))) await new Promise((resolve) => setTimeout(resolve, 20));
  abort.abort(new Error('Ctrl-C'));
  await expect(first).rejects.toThrow('Ctrl-C');
  expect(locateMlflow(env)).toBeUndefined();

  // As after a kill, which removes nothing.
  await mkdir(join(installationDir(env), 'environment-half'), { recursive: true });
  await writeFile(join(directory, 'again'), '');
  expect(await installMlflow({ env })).toEqual(locateMlflow(env));
  expect(existsSync(join(installationDir(env), 'environment-half'))).toBe(false);
});
