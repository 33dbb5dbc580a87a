import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadWasmBackend } from './backend.ts';

beforeAll(loadWasmBackend);

const SIZE = 8;
const input = () => tf.input({ shape: [SIZE, SIZE, 1] });
let seed = 1;
const init = () => tf.initializers.heNormal({ seed: seed++ });
const conv = (filters: number, strides = 1, kernelSize = 3) =>
  tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', kernelInitializer: init() });
const norm = () => tf.layers.batchNormalization();
const head = (x: tf.SymbolicTensor) =>
  tf.layers.dense({ units: 4, kernelInitializer: init() }).apply(x) as tf.SymbolicTensor;
const chain = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]) =>
  layers.reduce((y, layer) => layer.apply(y) as tf.SymbolicTensor, x);

/** Small networks with the layers of the usual ones. */
const networks: Record<string, () => tf.LayersModel> = {
  cnn: () => {
    const x = input();
    const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
    const features = chain(x, conv(4), norm(), pool(), tf.layers.reLU(), conv(6), norm(), pool(), tf.layers.reLU());
    const hidden = tf.layers.dense({ units: 8, activation: 'relu', kernelInitializer: init() });
    return tf.model({ inputs: x, outputs: head(chain(features, tf.layers.flatten(), hidden)) });
  },
  resnet: () => {
    const x = input();
    const stem = chain(x, conv(4), norm(), tf.layers.reLU());
    const block = chain(stem, conv(6, 2), norm(), tf.layers.reLU(), conv(6), norm());
    const joined = tf.layers.add().apply([block, chain(stem, conv(6, 2, 1), norm())]) as tf.SymbolicTensor;
    const pooled = chain(joined, tf.layers.reLU(), tf.layers.globalAveragePooling2d({}));
    return tf.model({ inputs: x, outputs: head(pooled) });
  },
  mbconv: () => {
    const x = input();
    const swish = (x: tf.SymbolicTensor) =>
      tf.layers.multiply().apply([x, chain(x, tf.layers.activation({ activation: 'sigmoid' }))]) as tf.SymbolicTensor;
    const depthwise = tf.layers.depthwiseConv2d({
      kernelSize: 5,
      strides: 2,
      padding: 'same',
      depthwiseInitializer: init(),
    });
    const expanded = swish(chain(x, conv(6, 1, 1), norm()));
    const deep = swish(chain(expanded, depthwise, norm()));
    const squeeze = chain(deep, tf.layers.globalAveragePooling2d({}), tf.layers.reshape({ targetShape: [1, 1, 6] }));
    const gate = chain(squeeze, conv(3, 1, 1), conv(6, 1, 1), tf.layers.activation({ activation: 'sigmoid' }));
    const gated = tf.layers.multiply().apply([deep, gate]) as tf.SymbolicTensor;
    const separable = tf.layers.separableConv2d({
      filters: 6,
      kernelSize: 3,
      padding: 'same',
      depthwiseInitializer: init(),
      pointwiseInitializer: init(),
    });
    const pooled = chain(gated, separable, tf.layers.averagePooling2d({ poolSize: 2 }), tf.layers.flatten());
    return tf.model({ inputs: x, outputs: head(pooled) });
  },
};

/** Images of one bright quarter each; the class says which. */
function quarters(count: number) {
  const labels = Array.from({ length: count }, (_, i) => i % 4);
  const half = SIZE / 2;
  const images = labels.map((label) =>
    Array.from({ length: SIZE }, (_, row) =>
      Array.from({ length: SIZE }, (_, column) => [
        Number(Math.floor(row / half) * 2 + Math.floor(column / half) === label) + 0.1 * Math.sin(row * 7 + column * 3),
      ]),
    ),
  );
  return {
    x: tf.tensor4d(images),
    y: tf.tensor2d(labels.map((label) => [0, 1, 2, 3].map((k) => Number(k === label)))),
  };
}

/** Loss, and its gradient by every trainable weight. */
function lossAndGradients(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor) {
  const loss = () =>
    tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor).asScalar() as tf.Scalar;
  const { value, grads } = tf.variableGrads(loss);
  return { loss: value.dataSync()[0]!, gradients: Object.values(grads).map((grad) => Array.from(grad.dataSync())) };
}

test.each(Object.keys(networks))('%s: loss and every gradient are those of the JavaScript backend', async (name) => {
  seed = 1;
  await tf.setBackend('cpu');
  const model = networks[name]!();
  const { x, y } = quarters(8);
  const expected = lossAndGradients(model, x, y);
  await tf.setBackend('wasm');
  const actual = lossAndGradients(model, x, y);

  expect(actual.loss).toBeCloseTo(expected.loss, 4);
  expect(actual.gradients.length).toBe(model.trainableWeights.length);
  actual.gradients.forEach((gradient, k) => {
    const difference = gradient.reduce(
      (max, value, i) => Math.max(max, Math.abs(value - expected.gradients[k]![i]!)),
      0,
    );
    expect(difference).toBeLessThan(1e-4);
  });
  tf.dispose([x, y]);
  model.dispose();
});

test.each(Object.keys(networks))('%s: training lowers the loss', async (name) => {
  seed = 1;
  await tf.setBackend('wasm');
  const model = networks[name]!();
  const { x, y } = quarters(32);
  const optimizer = tf.train.adam(0.02);
  const losses = Array.from({ length: 20 }, () =>
    tf.tidy(() => {
      const loss = () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor).asScalar();
      return optimizer.minimize(loss as () => tf.Scalar, true)!.dataSync()[0]!;
    }),
  );
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 5);
  tf.dispose([x, y]);
  model.dispose();
});
