import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend } from '../backend/backend.ts';
import { buildModel } from '../models/build-model.ts';
import { withFoldedBatchNorms } from './folded-batch-norm.ts';

beforeAll(() => selectBackend({ backend: 'tensorflow', threads: 1, towers: 1 }));

type Maps = tf.SymbolicTensor;
const { layers } = tf;
const apply = (layer: tf.layers.Layer, ...x: Maps[]): Maps => layer.apply(x.length === 1 ? x[0]! : x) as Maps;
const chain = (x: Maps, ...all: tf.layers.Layer[]): Maps => all.reduce((y, layer) => apply(layer, y), x);
const conv = (options: Partial<Parameters<typeof layers.conv2d>[0]> = {}): tf.layers.Layer =>
  layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false, ...options });
const norm = layers.batchNormalization;
const SHAPE = [9, 8, 2];

/** A model whose batch norms have statistics, scales and offsets that change something. */
function build(network: (x: Maps) => Maps | Maps[]): tf.LayersModel {
  const model = buildModel(() => {
    const inputs = tf.input({ shape: SHAPE });
    return tf.model({ inputs, outputs: network(inputs) });
  }, 1);
  const changed = model.getWeights().map((w, k) => tf.add(w, tf.randomUniform(w.shape, -0.5, 0.5, 'float32', k + 1)));
  model.setWeights(changed);
  return model;
}

/** The results, and how often batch norm was computed by itself. */
async function predict(model: tf.LayersModel, fold: boolean): Promise<{ values: tf.Tensor[]; norms: number }> {
  const x = tf.randomNormal([3, ...SHAPE], 0, 1, 'float32', 5);
  const run = (): tf.Tensor[] => [model.apply(x, { training: false }) as tf.Tensor].flat();
  let values: tf.Tensor[] = [];
  const { kernels } = await tf.profile(() => void (values = fold ? withFoldedBatchNorms(run) : run()) as never);
  return { values, norms: kernels.filter(({ name }) => name === 'FusedBatchNorm').length };
}

const difference = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!;

const shared = (): tf.layers.Layer => norm({ name: 'shared' });

test.each<[name: string, left: number, network: (x: Maps) => Maps | Maps[]]>([
  ['a convolution', 0, (x) => chain(x, conv(), norm())],
  ['ReLU behind the pooling', 0, (x) => chain(x, conv(), norm(), layers.maxPooling2d({ poolSize: 2 }), layers.reLU())],
  ['no scale', 0, (x) => chain(x, conv(), norm({ scale: false }))],
  ['no center', 0, (x) => chain(x, conv(), norm({ center: false }))],
  ['neither', 0, (x) => chain(x, conv(), norm({ center: false, scale: false }))],
  ['a bias', 0, (x) => chain(x, conv({ useBias: true }), norm(), layers.reLU())],
  ['a bias and no center', 0, (x) => chain(x, conv({ useBias: true }), norm({ center: false }))],
  ['strides, valid padding', 0, (x) => chain(x, conv({ strides: 2, padding: 'valid' }), norm())],
  ['gaps', 0, (x) => chain(x, conv({ dilationRate: 2 }), norm())],
  ['depthwise', 0, (x) => chain(x, layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), norm())],
  ['depthwise, one becomes three', 1, (x) => chain(x, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 3 }), norm())],
  ['separable', 1, (x) => chain(x, layers.separableConv2d({ filters: 4, kernelSize: 3 }), norm())],
  ['dense', 0, (x) => chain(x, layers.flatten(), layers.dense({ units: 5 }), norm(), layers.reLU())],
  ['behind an activation', 1, (x) => chain(x, conv({ activation: 'relu' }), norm())],
  ['behind a ReLU', 1, (x) => chain(x, conv(), layers.reLU(), norm())],
  ['another axis', 1, (x) => chain(x, conv(), norm({ axis: 1 }))],
  ['read twice', 1, (x) => {
    const y = apply(conv(), x);
    return apply(layers.add(), y, apply(norm(), y));
  }],
  ['two batch norms of one convolution', 2, (x) => {
    const y = apply(conv(), x);
    return apply(layers.add(), apply(norm(), y), apply(norm(), y));
  }],
  ['a convolution used twice', 2, (x) => {
    const twice = conv({ filters: 2 });
    return chain(x, twice, norm(), twice, norm());
  }],
  ['a batch norm used twice', 0, (x) => {
    const both = shared();
    return apply(layers.add(), apply(both, apply(conv(), x)), apply(both, apply(conv(), x)));
  }],
  ['given away as well', 1, (x) => {
    const y = apply(conv(), x);
    return [y, apply(norm(), y)];
  }],
  ['a model within', 0, (x) => {
    const inner = tf.sequential({ layers: [conv({ inputShape: SHAPE }), norm(), layers.reLU()] });
    return chain(x, inner, conv(), norm());
  }],
])('%s: the same within 1e-5, %i batch norms left', async (_, left, network) => {
  const model = build(network);
  const [folded, plain] = [await predict(model, true), await predict(model, false)];
  folded.values.forEach((value, k) => expect(difference(value, plain.values[k]!)).toBeLessThan(1e-5));
  expect(folded.norms).toBe(left);
}); // prettier-ignore

test('in training nothing is folded', async () => {
  const model = build((x) => chain(x, conv(), norm()));
  const x = tf.randomNormal([3, ...SHAPE], 0, 1, 'float32', 5);
  const y = withFoldedBatchNorms(() => model.apply(x, { training: true }) as tf.Tensor);
  expect(Math.abs(tf.mean(y).sub(tf.mean(model.getWeights()[2]!)).dataSync()[0]!)).toBeLessThan(1e-4);
});
