import { expect, test } from 'vitest';
import {
  type Asked,
  choose,
  coresOf,
  describeChoice,
  describeMachine,
  type Machine,
  processorKind,
} from './processor.ts';

const machineOf = (flags: string, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  arch: 'x64',
  env: {},
  cpuinfo: `processor\t: 0\nmodel name\t: A processor\n${flags}\n\nprocessor\t: 1\n`,
  model: 'A processor',
  cores: 2,
  ...more,
});
const arm = { arch: 'arm64' } as const;
const amx = machineOf('flags\t\t: fpu avx2 avx512f avx512_bf16 amx_bf16 amx_tile');
const zen4 = machineOf('flags\t\t: fpu avx2 avx512f avx512_bf16');
const skylake = machineOf('flags\t\t: fpu avx2 avx512f');
const zen3 = machineOf('flags\t\t: fpu avx avx2');
const old = machineOf('flags\t\t: fpu sse4_2');
const graviton2 = machineOf('Features\t: fp asimd\nCPU part\t: 0xd0c', arm);
const graviton3 = machineOf('Features\t: fp asimd bf16\nCPU part\t: 0xd40', arm);
const graviton4 = machineOf('Features\t: fp asimd bf16\nCPU part\t: 0xd4f', arm);
const mac = machineOf('', { ...arm, cpuinfo: '', platform: 'darwin' });

const auto: Asked = { precision: 'auto', towers: 'auto', threads: 'auto', batchSize: 64, backend: 'auto' };
const withEnv = (machine: Machine, env: NodeJS.ProcessEnv): Machine => ({ ...machine, env });

test.each([
  [amx, 'AMX', 'bf16'],
  [zen4, 'AVX512-BF16', 'bf16'],
  [skylake, 'AVX512', 'fp32'],
  [zen3, 'AVX2', 'fp32'],
  [old, 'x64', 'fp32'],
  [graviton2, 'Arm', 'fp32'],
  [graviton3, 'Arm with BF16', 'bf16'],
  [graviton4, 'Arm with BF16', 'fp32'],
  [withEnv(graviton4, { TF_ENABLE_ONEDNN_OPTS: '1' }), 'Arm with BF16', 'bf16'],
  [mac, 'Arm', 'fp32'],
  [withEnv(amx, { TF_ENABLE_ONEDNN_OPTS: '0' }), 'AMX', 'fp32'],
  [withEnv(amx, { ONEDNN_MAX_CPU_ISA: 'AVX2' }), 'AMX', 'fp32'],
] as const)('$cpuinfo with $env is $1, and computes in $2', (machine, kind, precision) => {
  expect(processorKind(machine)).toBe(kind);
  expect(choose(auto, machine)).toMatchObject({ precision, towers: 2, threads: 2 });
});

test.each([
  [1, 64, 1],
  [2, 64, 2],
  [2, 32, 2],
  [2, 16, 1],
  [2, 33, 1],
  [3, 64, 2],
  [3, 96, 3],
  [4, 64, 4],
  [4, 32, 2],
  [64, 256, 4],
])('%i cores and a batch of %i: %i tower(s)', (cores, batchSize, towers) => {
  expect(choose({ ...auto, batchSize }, { ...zen3, cores })).toMatchObject({ towers, threads: cores });
});

test('what is not auto stays, and decides what is', () => {
  const asked = { ...auto, precision: 'fp32', threads: 1 } as const;
  expect(choose(asked, amx)).toMatchObject({ precision: 'fp32', towers: 1, threads: 1, warnings: [] });
  expect(Object.keys(choose(asked, amx).why)).toEqual(['towers']);
  expect(choose({ ...auto, towers: 8 }, zen3)).toMatchObject({ towers: 8, threads: 2 });
});

test('a GPU takes batches whole; WebAssembly has one thread', () => {
  expect(choose({ ...auto, backend: 'tensorflow-gpu' }, amx)).toMatchObject({ precision: 'fp32', towers: 1 });
  expect(choose({ ...auto, backend: 'webgpu' }, amx)).toMatchObject({ precision: 'fp32', towers: 1 });
  expect(choose({ ...auto, backend: 'wasm' }, amx)).toMatchObject({ precision: 'fp32', towers: 1, threads: 1 });
});

test.each([
  [amx, {}, []],
  [zen3, {}, [/^precision: bf16 is slow here: .* emulated in float32: about [\d.]+ times slower than fp32/]],
  [zen3, { GLYPHLAB_BF16: 'native' }, [/GLYPHLAB_BF16=native .*: about 13 times slower/]],
  [
    amx,
    { TF_ENABLE_ONEDNN_OPTS: '0' },
    [/^precision: bf16 is slow here/, /^TF_ENABLE_ONEDNN_OPTS=0 switches oneDNN off/],
  ],
])('bf16 on $model with %o warns where it is slow', (machine, env, warnings) => {
  const found = choose({ ...auto, precision: 'bf16' }, withEnv(machine, env)).warnings;
  expect(found).toEqual(warnings.map((pattern) => expect.stringMatching(pattern) as string));
});

test('auto warns of nothing', () => {
  for (const machine of [amx, zen4, zen3, graviton2, mac]) expect(choose(auto, machine).warnings).toEqual([]);
});

test('a container counts the cores that it pays for', () => {
  expect([
    coresOf(8, ''),
    coresOf(8, 'max 100000\n'),
    coresOf(8, '150000 100000\n'),
    coresOf(2, '400000 100000'),
  ]).toEqual([8, 8, 2, 2]);
});

test('a person reads machine and choice in one line', () => {
  expect(describeMachine(zen3)).toBe('A processor (AVX2), 2 cores');
  expect(describeChoice(choose({ ...auto, towers: 1 }, zen3))).toBe(
    'precision fp32 (nothing here computes fast in bfloat16), towers 1 (as configured), threads 2 (one a core)',
  );
});
