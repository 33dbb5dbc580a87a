import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { selectBackend } from '../backend/backend.ts';
import { muon, type MuonOptions, orthogonalised } from './muon.ts';

await selectBackend({ backend: 'tensorflow', threads: 1, towers: 1 });

const options: MuonOptions = {
  learningRate: 0.02,
  momentum: 0.9,
  nesterov: true,
  steps: 5,
  weightDecay: 0,
  adamLearningRate: 0.004,
};

type Matrix = number[][];
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const combine = (...parts: [number, Matrix][]): Matrix =>
  parts[0]![1].map((row, i) => row.map((_, j) => parts.reduce((sum, [factor, m]) => sum + factor * m[i]![j]!, 0)));

/** Jordan's zeropower_via_newtonschulz5, in JavaScript's numbers. */
function reference(matrix: Matrix, steps: number): Matrix {
  if (matrix.length > matrix[0]!.length) return transpose(reference(transpose(matrix), steps));
  let x = combine([1 / Math.hypot(...matrix.flat()), matrix]);
  for (let step = 0; step < steps; step++) {
    const a = product(x, transpose(x));
    const b = combine([-4.775, a], [2.0315, product(a, a)]);
    x = combine([3.4445, x], [1, product(b, x)]);
  }
  return x;
}

const expectClose = (found: tf.Tensor, expected: Matrix): void =>
  [...found.dataSync()].forEach((value, k) => expect(value).toBeCloseTo(expected.flat()[k]!, 4));

const wide = [
  [1, 2, -1],
  [0.5, -3, 4],
];

test.each([
  ['wide', wide],
  ['tall', transpose(wide)],
])('a %s matrix is made orthogonal by the published iteration', (_, matrix) => {
  expectClose(orthogonalised(tf.tensor2d(matrix), 5), reference(matrix, 5));
});

test('all singular values come near 1, also where one was a hundredth of the other', () => {
  const rotation = (angle: number): Matrix => [
    [Math.cos(angle), -Math.sin(angle)],
    [Math.sin(angle), Math.cos(angle)],
  ];
  const matrix = product(product(rotation(0.4), [[1, 0], [0, 0.01]]), rotation(1.1)); // prettier-ignore
  const made = orthogonalised(tf.tensor2d(matrix), 5).arraySync() as Matrix;
  const [[p, q], [, r]] = product(made, transpose(made)) as [[number, number], [number, number]];
  const root = Math.sqrt(((p - r) / 2) ** 2 + q ** 2);
  for (const singular of [(p + r) / 2 + root, (p + r) / 2 - root].map(Math.sqrt)) {
    expect(singular).toBeGreaterThan(0.6);
    expect(singular).toBeLessThan(1.3);
  }
});

test('two updates: hidden kernels along orthogonal matrices with Nesterov momentum, the rest by Adam', () => {
  const [first, second] = [wide, combine([0.5, wide], [1, [[0, 1, 0], [1, 0, 0]]])]; // prettier-ignore
  const hidden = tf.variable(tf.ones([1, 1, 2, 3]));
  const [bias, depthwise, head] = [
    tf.variable(tf.ones([3])),
    tf.variable(tf.ones([3, 3, 2, 1])),
    tf.variable(tf.ones([3, 2])),
  ];
  const weights = [hidden, bias, depthwise, head];
  const optimizer = muon({ ...options, weightDecay: 0.5 }, weights);
  [first, second].forEach((gradient, k) =>
    tf.tidy(() => {
      const gradients = [tf.tensor4d([[gradient]]), ...weights.slice(1).map(({ shape }) => tf.ones(shape))];
      // Half of the rate that the schedule starts from: Adam's is halved too.
      optimizer.update(gradients, tf.scalar(0.01), tf.scalar(k + 1));
    }),
  );

  const scale = 0.01 * Math.sqrt(3 / 2);
  const velocity = combine([0.9, first], [1, second]);
  const steps = [combine([1, first], [0.9, first]), combine([1, second], [0.9, velocity])];
  const expected = steps.reduce(
    (weight, step) => combine([1 - 0.01 * 0.5, weight], [-scale, reference(step, 5)]),
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
  );
  expectClose(hidden, expected);
  // Adam's step is its rate while the gradient stays the same.
  for (const weight of [bias, depthwise, head])
    for (const value of weight.dataSync()) expect(value).toBeCloseTo(1 - 2 * 0.002, 5);
  expect(optimizer.slots).toHaveLength(1 + 2 * 3);
  tf.dispose([weights, optimizer.slots]);
});
