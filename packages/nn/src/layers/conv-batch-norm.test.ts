import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend } from '../backend/backend.ts';
import { buildModel } from '../models/build-model.ts';

beforeAll(() => selectBackend({ backend: 'tensorflow', threads: 1, towers: 1 }));

interface Layout {
  size: readonly [number, number];
  kernelSize: [number, number];
}

const build = ({ size, kernelSize }: Layout): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [...size, 1] }),
      tf.layers.conv2d({ filters: 6, kernelSize, padding: 'same', useBias: false }),
      tf.layers.batchNormalization({ momentum: 0.9 }),
    ],
  });

/** One training step on images whose background is far from 0, as digits' is. */
function step(model: tf.LayersModel, size: readonly [number, number]) {
  const x = tf.sub(tf.relu(tf.randomNormal([10, ...size, 1], 0, 1, 'float32', 5)), 1);
  const weights = model.trainableWeights.map((w) => (w as unknown as { val: tf.Variable }).val);
  weights[1]!.assign(tf.randomNormal([6], 1, 0.5, 'float32', 7));
  weights[2]!.assign(tf.randomNormal([6], 0, 0.5, 'float32', 8));
  let y: tf.Tensor | undefined;
  const { grads } = tf.variableGrads(() => {
    y = tf.keep(model.apply(x, { training: true }) as tf.Tensor);
    return tf.sum(tf.mul(y, tf.randomNormal(y.shape, 0.3, 1, 'float32', 6))) as tf.Scalar;
  }, weights);
  return { y: y!, gradients: weights.map(({ name }) => grads[name]!), moving: model.getWeights().slice(3) };
}

/** Largest difference, as a share of the largest value. */
const difference = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!;

test.each<Layout>([
  { size: [9, 12], kernelSize: [3, 3] },
  { size: [10, 8], kernelSize: [5, 3] },
  { size: [6, 6], kernelSize: [1, 1] },
])('a first convolution and its batch norm as one give what tfjs-layers gives: $size, $kernelSize', (layout) => {
  const fast = buildModel(() => build(layout), 1);
  const slow = build(layout);
  slow.setWeights(fast.getWeights().map((w) => tf.clone(w)));
  const [a, b] = [step(fast, layout.size), step(slow, layout.size)];
  expect(difference(a.y, b.y)).toBeLessThan(1e-5);
  a.gradients.forEach((gradient, k) => expect(difference(gradient, b.gradients[k]!)).toBeLessThan(1e-4));
  expect(difference(a.moving[0]!, b.moving[0]!)).toBeLessThan(1e-5);
  const count = 10 * layout.size[0] * layout.size[1];
  const unbiased = tf.add(0.9, tf.mul(tf.sub(b.moving[1]!, 0.9), count / (count - 1)));
  expect(difference(a.moving[1]!, unbiased)).toBeLessThan(1e-5);
});

const pooledModel = (relu: tf.layers.Layer): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [8, 8, 1] }),
      tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      relu,
    ],
  });

test.each([
  ['ReLU', () => tf.layers.reLU()],
  ['ReLU up to 1', () => tf.layers.reLU({ maxValue: 1 })],
  ['activation relu', () => tf.layers.activation({ activation: 'relu' })],
  ['activation tanh', () => tf.layers.activation({ activation: 'tanh' })],
])('%s behind the pooling gives what it gives in tfjs-layers', (_, relu) => {
  const fast = buildModel(() => pooledModel(relu()), 1);
  const slow = pooledModel(relu());
  slow.setWeights(fast.getWeights().map((w) => tf.clone(w)));
  const [a, b] = [step(fast, [8, 8]), step(slow, [8, 8])];
  expect(difference(a.y, b.y)).toBeLessThan(1e-5);
  a.gradients.forEach((gradient, k) => expect(difference(gradient, b.gradients[k]!)).toBeLessThan(1e-4));
});

test('the ReLU stands where the convolution can take it in', async () => {
  const model = buildModel(() => pooledModel(tf.layers.reLU()), 1);
  const { kernels } = await tf.profile(() => model.apply(tf.ones([2, 8, 8, 1]), { training: true }) as tf.Tensor);
  const order = kernels.map(({ name }) => name).filter((name) => name === 'Relu' || name === 'MaxPool');
  expect(order.slice(-2)).toEqual(['Relu', 'MaxPool']);
});
