import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { GlyphlabError } from '@glyphlab/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installWheels } from './install.ts';
import { type FakeMachine, fakeMachine } from './testing/fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

/** The error of an installation that must fail, with the programs' output in English whatever the user's language. */
async function failure(): Promise<GlyphlabError> {
  const env = { ...machine.env, LANG: 'de_DE.UTF-8' };
  const error: unknown = await installWheels([machine.wheel], machine.installation, { env }).catch((error) => error);
  if (!(error instanceof GlyphlabError)) throw new Error('it should have failed', { cause: error });
  expect(error.hint).toBeTruthy();
  return error;
}

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

test('no python3', async () => {
  machine.removeProgram('python3');
  expect((await failure()).code).toBe('TENSORFLOW_NO_PYTHON');
});

test('a Python that is too old', async () => {
  machine.addProgram('python3', 'exit 1');
  expect((await failure()).code).toBe('TENSORFLOW_NO_PYTHON');
});

test('no pip, and none to be made', async () => {
  machine.addProgram(
    'python3',
    `case "$2" in pip|venv) echo "No module named $2" >&2; exit 1;; esac; exec '${machine.realPython}' "$@"`,
  );
  expect((await failure()).code).toBe('TENSORFLOW_NO_PIP');
});

test('a Python without pip gets one of its own', async () => {
  machine.addProgram('python3', `[ "$2" = pip ] && exit 1; exec '${machine.realPython}' "$@"`);
  const messages: string[] = [];
  const { wheel, installation, env } = machine;
  const installed = await installWheels([wheel], installation, { env, onMessage: (line) => messages.push(line) });
  expect(readFileSync(installed.binding, 'utf8')).toBe('');
  expect(messages[0]).toMatch(/^This Python has no pip/);
});

test('no compiler', async () => {
  machine.removeProgram('g++');
  expect((await failure()).code).toBe('TENSORFLOW_NO_COMPILER');
});

test('no network', async () => {
  machine.env['PIP_INDEX_URL'] = `http://127.0.0.1:${await closedPort()}/simple`;
  machine.env['PIP_NO_INDEX'] = '0';
  machine.env['PIP_FIND_LINKS'] = '';
  machine.env['PIP_RETRIES'] = '1';
  expect((await failure()).code).toBe('TENSORFLOW_NO_NETWORK');
});

test('an index without this wheel', async () => {
  rmSync(machine.at('wheels'), { recursive: true });
  mkdirSync(machine.at('wheels'));
  expect((await failure()).code).toBe('TENSORFLOW_NO_WHEEL');
});

test('a wheel that is not the published one', async () => {
  machine.wheel.sha256 = '0'.repeat(64);
  expect((await failure()).code).toBe('TENSORFLOW_CHECKSUM_MISMATCH');
});

test.each([
  ['the download', '*" -m pip download "*'],
  ['the unpacking', '*unpack.py*'],
])('a disk that gets full in %s', async (_, call) => {
  machine.addProgram('python3', `case " $* " in ${call}) ulimit -f 100;; esac; exec '${machine.realPython}' "$@"`);
  expect((await failure()).code).toBe('TENSORFLOW_DISK_FULL');
});

test('a disk that gets full in the compilation', async () => {
  machine.addProgram(
    'g++',
    '[ "$1" = --version ] && exit 0; echo "/tmp/cc.o: final close failed: No space left on device" >&2; exit 1',
  );
  expect((await failure()).code).toBe('TENSORFLOW_DISK_FULL');
});

test('a compilation that fails keeps what the compiler said', async () => {
  machine.addProgram('g++', '[ "$1" = --version ] && exit 0; echo "error: no such option -std=c++17" >&2; exit 1');
  const error = await failure();
  expect(error.code).toBe('TENSORFLOW_COMPILE_FAILED');
  expect(readFileSync(error.where!, 'utf8')).toContain('error: no such option -std=c++17');
});

test('a cache that is a file', async () => {
  rmSync(machine.at('cache'), { recursive: true });
  writeFileSync(machine.at('cache'), '');
  expect((await failure()).code).toBe('TENSORFLOW_CACHE_NOT_WRITABLE');
});

test.skipIf(process.getuid?.() === 0)('a cache that may not be written', async () => {
  chmodSync(machine.at('cache'), 0o555);
  expect((await failure()).code).toBe('TENSORFLOW_CACHE_NOT_WRITABLE');
});

test('pip failing in another way', async () => {
  machine.addProgram(
    'python3',
    `[ "$3" = download ] && { echo "ERROR: something new" >&2; exit 2; }; exec '${machine.realPython}' "$@"`,
  );
  const error = await failure();
  expect(error.code).toBe('TENSORFLOW_DOWNLOAD_FAILED');
  expect(error.hint).toContain('ERROR: something new');
});
