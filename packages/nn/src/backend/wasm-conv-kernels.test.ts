import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadWasmBackend } from './backend.ts';

beforeAll(loadWasmBackend);

type Compute = () => tf.Tensor[];

/** What `compute` gives on a backend; tensors of one backend move to the other by themselves. */
async function on(backend: 'wasm' | 'cpu', compute: Compute) {
  await tf.setBackend(backend);
  const results = tf.tidy(compute);
  const values = results.map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync() as Float32Array }));
  tf.dispose(results);
  return values;
}

/** tfjs's plain JavaScript backend is the reference. */
async function expectSameAsCpu(compute: Compute) {
  const [expected, actual] = [await on('cpu', compute), await on('wasm', compute)];
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  actual.forEach(({ values }, k) => {
    const reference = expected[k]!.values;
    const largest = reference.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
    const difference = values.reduce((max, value, i) => Math.max(max, Math.abs(value - reference[i]!)), 0);
    expect(difference / largest).toBeLessThan(1e-5);
  });
}

const random = (shape: [number, number, number, number], seed: number): tf.Tensor4D =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Image, filter, stride, padding: of a convolution of 3 images. */
const geometries: [
  image: [number, number],
  filter: [number, number],
  stride: number,
  pad: 'same' | 'valid' | number,
][] = [
  [[8, 8], [3, 3], 1, 'same'],
  [[8, 8], [3, 3], 1, 'valid'],
  [[7, 9], [3, 5], 1, 'same'],
  [[8, 8], [3, 3], 2, 'same'],
  [[7, 7], [3, 3], 2, 'same'],
  [[9, 8], [3, 3], 2, 'valid'],
  [[10, 10], [3, 3], 3, 'valid'],
  [[8, 8], [1, 1], 1, 'same'],
  [[8, 8], [1, 1], 2, 'valid'],
  [[8, 8], [2, 2], 2, 'same'],
  [[9, 9], [5, 5], 1, 2],
  [[6, 6], [2, 2], 1, 3],
  [[3, 3], [3, 3], 1, 'valid'],
];

test.each(geometries)(
  'gradients of conv2d: image %j, filter %j, stride %i, padding %s',
  async (image, filter, stride, pad) => {
    await expectSameAsCpu(() => {
      const x = random([3, ...image, 4], 1);
      const kernel = random([...filter, 4, 5], 2);
      const y = tf.conv2d(x, kernel, stride, pad);
      return tf.grads((x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad))(
        [x, kernel],
        random(y.shape, 3),
      );
    });
  },
);

test.each(geometries)(
  'gradients of depthwiseConv2d: image %j, filter %j, stride %i, padding %s',
  async (image, filter, stride, pad) => {
    for (const multiplier of [1, 2]) {
      await expectSameAsCpu(() => {
        const x = random([3, ...image, 4], 1);
        const kernel = random([...filter, 4, multiplier], 2);
        const y = tf.depthwiseConv2d(x, kernel, stride, pad);
        return tf.grads((x, kernel) => tf.depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad))(
          [x, kernel],
          random(y.shape, 3),
        );
      });
    }
  },
);

test('a transposed convolution and its gradients, which use the same kernels', async () => {
  await expectSameAsCpu(() => {
    const x = random([2, 5, 5, 3], 1);
    const kernel = random([3, 3, 4, 3], 2);
    const up = (x: tf.Tensor, kernel: tf.Tensor) =>
      tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, [2, 10, 10, 4], 2, 'same');
    return [up(x, kernel), ...tf.grads(up)([x, kernel], random([2, 10, 10, 4], 3))];
  });
});

test('a gradient leaves no tensor behind', async () => {
  await tf.setBackend('wasm');
  const step = () =>
    tf.tidy(() => {
      const x = random([2, 6, 6, 3], 1);
      tf.grads((x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 2, 'same'))(
        [x, random([3, 3, 3, 4], 2)],
        random([2, 3, 3, 4], 3),
      );
    });
  step();
  const before = tf.memory().numTensors;
  step();
  expect(tf.memory().numTensors).toBe(before);
});

test.each([
  ['a pooling of 2', 2, 2, 'valid'],
  ['windows at the edge that are smaller', 3, 2, 'same'],
  ['windows that overlap', 3, 1, 'valid'],
] as const)('max pooling, values of both signs and negative ones, gradient: %s', async (_, size, stride, pad) => {
  for (const shift of [0, -2]) {
    await expectSameAsCpu(() => {
      const x = tf.add(random([2, 7, 6, 3], 5), shift) as tf.Tensor4D;
      const pooled = tf.maxPool(x, size, stride, pad);
      const dy = tf.reshape(tf.range(1, pooled.size + 1), pooled.shape);
      return [tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.maxPool(x as tf.Tensor4D, size, stride, pad), dy)))(x)];
    });
  }
});
