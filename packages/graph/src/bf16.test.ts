import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, test, vi } from 'vitest';
import { type Bf16, chooseBf16, type Machine } from './bf16.ts';
import { GraphError } from './graph-error.ts';
import { Program, type ProgramOptions } from './program.ts';
import type { Step } from './trace.ts';

afterEach(() => void vi.unstubAllEnvs());

const linux = (cpuinfo: string, env: NodeJS.ProcessEnv = {}): Machine => ({
  env,
  platform: 'linux',
  cpuinfo,
  onGpu: false,
});
const zen3 = 'processor\t: 0\nflags\t\t: fpu avx avx2\n';
const zen4 = 'processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_bf16\n';
const sapphireRapids = 'flags\t\t: avx2 avx512_bf16 amx_bf16 amx_tile\n';
const graviton2 = 'Features\t: fp asimd\nCPU part\t: 0xd0c\n';
const graviton3 = 'Features\t: fp asimd bf16 sve\nCPU part\t: 0xd40\n';
const graviton4 = 'Features\t: fp asimd bf16 sve\nCPU part\t: 0xd4f\n';

test.each<[what: string, machine: Machine, chosen: Bf16]>([
  ['AVX2 alone', linux(zen3), 'emulated'],
  ['AVX2 alone, oneDNN on', linux(zen3, { TF_ENABLE_ONEDNN_OPTS: '1' }), 'emulated'],
  ['AVX512-BF16', linux(zen4), 'native'],
  ['AVX512-BF16, oneDNN on', linux(zen4, { TF_ENABLE_ONEDNN_OPTS: '1' }), 'native'],
  ['AVX512-BF16, oneDNN off', linux(zen4, { TF_ENABLE_ONEDNN_OPTS: '0' }), 'emulated'],
  ['AVX512-BF16, oneDNN off, in words', linux(zen4, { TF_ENABLE_ONEDNN_OPTS: 'False' }), 'emulated'],
  ['AVX512-BF16, oneDNN held down', linux(zen4, { ONEDNN_MAX_CPU_ISA: 'AVX2' }), 'emulated'],
  ['AVX512-BF16, oneDNN held down to it', linux(zen4, { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE_BF16' }), 'native'],
  ['AMX', linux(sapphireRapids), 'native'],
  ['Arm without BF16', linux(graviton2, { TF_ENABLE_ONEDNN_OPTS: '1' }), 'emulated'],
  ['Neoverse V1', linux(graviton3), 'native'],
  ['another Arm, oneDNN unasked', linux(graviton4), 'emulated'],
  ['another Arm, oneDNN on', linux(graviton4, { TF_ENABLE_ONEDNN_OPTS: '1' }), 'native'],
  ['a Mac', { ...linux(''), platform: 'darwin' }, 'emulated'],
  ['a GPU', { ...linux(zen3), onGpu: true }, 'native'],
  ['the environment', linux(zen3, { GLYPHLAB_BF16: 'native' }), 'native'],
  ['the environment, the other way', linux(zen4, { GLYPHLAB_BF16: 'emulated' }), 'emulated'],
  ['an empty environment variable', linux(zen4, { GLYPHLAB_BF16: '' }), 'native'],
])('%s', (_, machine, chosen) => {
  expect(chooseBf16(undefined, machine)).toBe(chosen);
});

test('the caller is asked first', () => {
  expect(chooseBf16('native', linux(zen3, { GLYPHLAB_BF16: 'emulated' }))).toBe('native');
});

test('a mode that there is not is refused, with where it was named', () => {
  vi.stubEnv('GLYPHLAB_BF16', 'fast');
  const make = () => new Program({ variables: [], precision: 'bf16' });
  expect(make).toThrow(GraphError);
  expect(make).toThrow(/Expected native or emulated as the environment variable GLYPHLAB_BF16. Received: "fast"/);
  expect(() => new Program({ variables: [] })).not.toThrow();
});

const a = tf.randomUniform([64, 32], 0, 1, 'float32', 1);
const b = tf.randomUniform([32, 16], 0, 1, 'float32', 2);
const multiply: Step = ({ a, b }) => ({ product: tf.matMul(a!, b!) });

function product(given: Record<'a' | 'b', tf.Tensor>, options: Omit<ProgramOptions, 'variables'>): Float32Array {
  const program = new Program({ variables: [], ...options });
  const { product } = program.compile(multiply)(given);
  program.dispose();
  return product!.dataSync() as Float32Array;
}

test.each([{}, { bf16: 'emulated' }] satisfies Partial<ProgramOptions>[])(
  'a graph in bfloat16 differs from float32, by no more than its eight bits allow: %o',
  (options) => {
    const [exact, rough] = [product({ a, b }, {}), product({ a, b }, { precision: 'bf16', ...options })];
    const errors = exact.map((value, k) => Math.abs(rough[k]! - value) / value);
    const largest = Math.max(...errors);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(2 ** -7);
  },
);

/** The nearest bfloat16, of two the even one: the upper half of a float32. */
function nearest(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(Uint32Array.of(rounded).buffer)[0]!;
}

test('emulated, operands are rounded to the nearest bfloat16 and sums are not', () => {
  const row = tf.randomNormal([1, 4000], 0, 1, 'float32', 3);
  const values = [...row.dataSync()];
  const total = (numbers: number[]): number => numbers.reduce((sum, value) => sum + value, 0);
  const [sum] = product({ a: row, b: tf.ones([4000, 1]) }, { precision: 'bf16', bf16: 'emulated' });
  const expected = total(values.map(nearest));
  expect(Math.abs(sum! - expected)).toBeLessThan(1e-3);
  expect(Math.abs(total(values) - expected)).toBeGreaterThan(2e-3);
});
