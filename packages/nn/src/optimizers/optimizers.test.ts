import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { selectBackend } from '../backend/backend.ts';
import { adam } from './adam.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

await selectBackend({ backend: 'tensorflow', threads: 1, towers: 1 });

const plain = { momentum: 0, nesterov: false, weightDecay: 0 };
const paper = { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0 };

/** A kernel and a bias of 1, after updates with these gradients at lr 0.1. */
function after(
  make: (weights: tf.Variable[]) => Optimizer,
  gradients: readonly number[],
): [kernel: number, bias: number] {
  const [kernel, bias] = [tf.variable(tf.ones([1, 1])), tf.variable(tf.ones([1]))];
  const optimizer = make([kernel, bias]);
  gradients.forEach((g, k) =>
    tf.tidy(() => optimizer.update([tf.fill([1, 1], g), tf.fill([1], g)], tf.scalar(0.1), tf.scalar(k + 1))),
  );
  const result: [number, number] = [kernel.dataSync()[0]!, bias.dataSync()[0]!];
  tf.dispose([kernel, bias, optimizer.slots]);
  return result;
}

test.each<[name: string, options: typeof plain, kernel: number, bias: number]>([
  ['SGD: 1 − 0.1·1 − 0.1·2', plain, 0.7, 0.7],
  ['momentum: velocities 1 and 2.5', { ...plain, momentum: 0.5 }, 1 - 0.1 - 0.25, 0.65],
  ['Nesterov: steps 1 + 0.5·1 and 2 + 0.5·2.5', { ...plain, momentum: 0.5, nesterov: true }, 1 - 0.15 - 0.325, 0.525],
  // g + 0.5 w: 1.5, then 2 + 0.5·0.85; only the kernel decays.
  ['weight decay as L2', { ...plain, weightDecay: 0.5 }, 1 - 0.15 - 0.2425, 0.7],
])('%s', (_, options, kernel, bias) => {
  const found = after((weights) => sgd(options, weights), [1, 2]);
  expect(found[0]).toBeCloseTo(kernel, 6);
  expect(found[1]).toBeCloseTo(bias, 6);
});

test('Adam: the first step is lr, whatever the gradient; the second by the paper', () => {
  expect(after((weights) => adam(paper, weights), [0.001])[0]).toBeCloseTo(0.9, 3);
  // m = 0.29/0.19, v = 0.0499/0.0199 after bias correction
  expect(after((weights) => adam(paper, weights), [1, 2])[0]).toBeCloseTo(
    0.9 - (0.1 * (0.29 / 0.19)) / Math.sqrt(0.0499 / 0.0199),
    4,
  );
});

test('Adam is Algorithm 1 also where ε is as large as the gradients', () => {
  const gradients = Array.from({ length: 12 }, (_, k) => 1e-4 * (1 + Math.sin(k)));
  let [w, m, v] = [1, 0, 0];
  gradients.forEach((g, k) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.99 * v + 0.01 * g * g;
    w -= (0.1 * (m / (1 - 0.9 ** (k + 1)))) / (Math.sqrt(v / (1 - 0.99 ** (k + 1))) + 1e-4);
  });
  expect(after((weights) => adam({ ...paper, epsilon: 1e-4 }, weights), gradients)[1]).toBeCloseTo(w, 5);
});

test('AdamW decays kernels by lr × decay, beside the step', () => {
  const [kernel, bias] = after((weights) => adam({ ...paper, weightDecay: 0.5 }, weights), [1]);
  expect(kernel).toBeCloseTo(1 * (1 - 0.1 * 0.5) - 0.1, 4);
  expect(bias).toBeCloseTo(0.9, 4);
});

test('clipping keeps the direction and limits the joint norm; shorter gradients stay', () => {
  const values = (max: number): number[] =>
    clipByGlobalNorm([tf.tensor1d([3]), tf.tensor1d([4])], max).map((g) => g.dataSync()[0]!);
  expect(values(1)[0]).toBeCloseTo(0.6, 6);
  expect(values(1)[1]).toBeCloseTo(0.8, 6);
  expect(values(10)).toEqual([3, 4]);
});
