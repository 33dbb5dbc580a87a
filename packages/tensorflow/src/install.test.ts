import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Progress } from '@glyphlab/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installWheels } from './install.ts';
import { FAKE_COMPILER, type FakeMachine, fakeMachine } from './testing/fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

const install = (signal?: AbortSignal) =>
  installWheels([machine.wheel], machine.installation, { env: machine.env, ...(signal && { signal }) });

const downloads = /^python3 -m pip download/;

test('an installation holds libraries, headers and both addons, and nothing is left beside it', async () => {
  const progress: Progress[] = [];
  const messages: string[] = [];
  const installed = await installWheels([machine.wheel], machine.installation, {
    env: machine.env,
    onProgress: (one) => progress.push(one),
    onMessage: (message) => messages.push(message),
  });
  expect(installed).toEqual(machine.installation);
  expect(readdirSync(dirname(installed.binding)).sort()).toEqual([
    'include',
    'libtensorflow_cc.so.2',
    'stderr_gate.node',
    'tfjs_binding.node',
  ]);
  expect(readdirSync(dirname(installed.dir))).toEqual(['fake']);
  expect(progress).toContainEqual({
    label: 'Unpacking glyphlab-fake-tensorflow',
    done: 16_777_216,
    total: 20_200_000,
    unit: 'bytes',
  });
  expect(messages.at(-1)).toBe(`Native TensorFlow is ready in ${installed.dir}`);
});

test('what is installed is not installed again', async () => {
  await install();
  await install();
  expect(machine.countCalls(downloads)).toBe(1);
});

test('after a failed compilation the wheel is not downloaded again', async () => {
  machine.addProgram('g++', '[ "$1" = --version ]');
  await expect(install()).rejects.toMatchObject({ code: 'TENSORFLOW_COMPILE_FAILED' });
  expect(existsSync(machine.installation.dir)).toBe(false);
  machine.addProgram('g++', FAKE_COMPILER);
  await install();
  expect(existsSync(machine.installation.binding)).toBe(true);
  expect(machine.countCalls(downloads)).toBe(1);
});

test('a damaged wheel of an earlier try is downloaded again', async () => {
  machine.addProgram('g++', '[ "$1" = --version ]');
  await expect(install()).rejects.toMatchObject({ code: 'TENSORFLOW_COMPILE_FAILED' });
  writeFileSync(`${machine.installation.dir}.partial/${machine.wheel.package}.whl`, 'damaged');
  machine.addProgram('g++', FAKE_COMPILER);
  await install();
  expect(existsSync(machine.installation.binding)).toBe(true);
  expect(machine.countCalls(downloads)).toBe(2);
});

test('an abort ends the installation and frees its lock', async () => {
  const controller = new AbortController();
  machine.addProgram('g++', `[ "$1" = --version ] && exit 0; exec /bin/sleep 60`);
  const installing = installWheels([machine.wheel], machine.installation, {
    env: machine.env,
    signal: controller.signal,
    onMessage: (message) => message.startsWith('Compiling') && controller.abort(new Error('enough')),
  });
  await expect(installing).rejects.toThrow('enough');
  expect(existsSync(`${machine.installation.dir}.lock`)).toBe(false);
});
