import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { compileBinding, findCompiler, requireCompiler } from './compile-binding.ts';

/** Libraries of a system, and a compiler that writes its arguments down, a line a call. */
function machine(names: readonly string[], compilers: readonly string[] = ['g++']) {
  const dir = temporaryDirectory(Object.fromEntries(names.map((name) => [`tensorflow/${name}`, ''])));
  mkdirSync(join(dir, 'bin'));
  for (const compiler of compilers)
    writeFileSync(join(dir, 'bin', compiler), `#!/bin/sh\necho "$@" >> '${dir}/calls'\n`, { mode: 0o755 });
  const calls = () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');
  return { dir, calls, env: { PATH: join(dir, 'bin') } };
}

test('on a Mac the binding is linked with the libraries themselves, and finds them beside itself', async () => {
  const { dir, calls, env } = machine(['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib']);
  await compileBinding(dir, { compiler: 'g++', log: join(dir, 'log'), env, platform: 'darwin' });
  const [gate, binding, ...others] = calls();
  expect(others).toEqual([]);
  for (const call of [gate, binding]) {
    // Node's own functions are there when the addon is loaded.
    expect(call).toContain('-undefined dynamic_lookup');
    expect(call).not.toMatch(/--no-as-needed|-soname/);
  }
  expect(binding).toContain(
    `${dir}/tensorflow/libtensorflow_cc.2.dylib ${dir}/tensorflow/libtensorflow_framework.2.dylib`,
  );
  expect(binding).toContain('-Wl,-rpath,@loader_path ');
});

test('on Linux it is linked with empty libraries of the same names', async () => {
  const { dir, calls, env } = machine(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
  await compileBinding(dir, { compiler: 'g++', log: join(dir, 'log'), env, platform: 'linux' });
  const [cc, framework, gate, binding] = calls();
  expect(cc).toContain('-Wl,-soname,libtensorflow_cc.so.2 ');
  expect(framework).toContain('-Wl,-soname,libtensorflow_framework.so.2 ');
  for (const call of [gate, binding]) expect(call).not.toContain('dynamic_lookup');
  expect(binding).toContain(`${dir}/link/libtensorflow_cc.so.2 ${dir}/link/libtensorflow_framework.so.2`);
  expect(binding).toContain('-Wl,-rpath,$ORIGIN ');
});

test.each([
  [['clang++', 'c++'], undefined, 'clang++'],
  [['c++'], undefined, 'c++'],
  [['g++', 'mine'], 'mine', 'mine'],
  [['g++'], 'none', 'g++'],
  [[], undefined, undefined],
])('of the compilers %s, with CXX=%s, %s is taken', async (compilers, cxx, expected) => {
  const { env } = machine([], compilers);
  expect(await findCompiler({ ...env, CXX: cxx })).toBe(expected);
});

test('without a compiler the error says how each system gets one', async () => {
  await expect(requireCompiler(machine([], []).env)).rejects.toMatchObject({
    code: 'TENSORFLOW_NO_COMPILER',
    hint: expect.stringMatching(/apt install g\+\+.*xcode-select --install.*CXX/) as string,
  });
});
