import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { KERNELS_FLAGS } from './compile-binding.ts';
import { installTensorFlow, installWheels } from './install.ts';
import { KERNELS_VERSION, kernelsIn, type KernelMachine, prepareKernels, usesKernels } from './kernels.ts';
import { fakeMachine } from './testing/fake-machine.ts';

const machine = (flags: string, change: Partial<KernelMachine> = {}): KernelMachine => ({
  env: {},
  platform: 'linux',
  arch: 'x64',
  cpuinfo: `processor : 0\nflags\t\t: fpu ${flags}\n`,
  ...change,
});

const amd = (family: number): KernelMachine =>
  machine('', {
    cpuinfo: `vendor_id\t: AuthenticAMD\ncpu family\t: ${family}\nflags\t\t: fpu avx2 fma avx512f\n`,
  });

test.each<[string, KernelMachine, boolean]>([
  ['AVX2', machine('avx2 fma'), true],
  ['AVX2, switched off', machine('avx2 fma', { env: { GLYPHLAB_KERNELS: 'off' } }), false],
  ['AVX512', machine('avx2 fma avx512f'), false],
  ['AVX512 of Zen 4', amd(25), true],
  ['AVX512 of Zen 4, switched off', { ...amd(25), env: { GLYPHLAB_KERNELS: 'off' } }, false],
  ['AVX512 of Zen 5', amd(26), false],
  ['AVX512, asked for', machine('avx2 fma avx512f', { env: { GLYPHLAB_KERNELS: 'on' } }), true],
  ['neither, asked for', machine('avx', { env: { GLYPHLAB_KERNELS: 'on' } }), false],
  ['macOS', machine('', { platform: 'darwin', cpuinfo: '' }), false],
  ['Arm', machine('', { arch: 'arm64', cpuinfo: 'Features : fp asimd' }), false],
])('on %s', (_, given, used) => {
  expect(usesKernels(given)).toBe(used);
});

test('the version is that of the sources', () => {
  const dir = join(import.meta.dirname, 'kernels');
  const hash = createHash('sha256').update(KERNELS_FLAGS.join(' '));
  for (const name of readdirSync(dir).sort()) hash.update(name).update(readFileSync(join(dir, name)));
  expect(KERNELS_VERSION).toBe(hash.digest('hex').slice(0, 8));
});

test.runIf(usesKernels())(
  'they are compiled once, into the installation',
  async () => {
    const installation = await installTensorFlow();
    await prepareKernels(installation);
    expect(existsSync(kernelsIn(installation))).toBe(true);
    const messages: string[] = [];
    await prepareKernels(installation, { onMessage: (message) => messages.push(message) });
    expect(messages).toEqual([]);
  },
  120_000,
);

test.runIf(usesKernels())('where they do not compile, a message says so and nothing is left behind', async () => {
  const machine = fakeMachine();
  try {
    const { env, installation, wheel } = machine;
    await installWheels([wheel], installation, { env });
    machine.addProgram('g++', '[ "$1" = --version ] && exit 0; echo what is this >&2; exit 1');
    const messages: string[] = [];
    await prepareKernels(installation, { env: { ...env, GLYPHLAB_KERNELS: 'on' }, onMessage: (text) => messages.push(text) });
    expect(messages.at(-1)).toMatch(/^They do not compile, so TensorFlow’s own are used, which are slower: .*what is this/s);
    expect(readdirSync(dirname(installation.binding)).filter((name) => name.includes('kernels'))).toEqual([]);
    expect(readFileSync(join(installation.dir, 'kernels.log'), 'utf8')).toContain('what is this');
  } finally {
    machine.remove();
  }
}); // prettier-ignore
