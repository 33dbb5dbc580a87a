import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { encodeOnnx } from './onnx/encode-onnx.ts';
import { readPlan } from './plan/read-plan.ts';
import { apply, build, chain, expectAgreement, type Maps } from './testing/agreement.ts';
import { smallCard } from './testing/small-model.ts';

const { layers } = tf;
const CLASSES = 3;

const networks: Record<string, (images: Maps) => Maps> = {
  'convolutions with strides, gaps and paddings': (x) =>
    chain(
      x,
      layers.conv2d({ filters: 4, kernelSize: [3, 5], strides: 2, padding: 'same', useBias: false }),
      layers.batchNormalization({ scale: false }),
      layers.conv2d({ filters: 5, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
      layers.conv2d({ filters: 6, kernelSize: 2, activation: 'tanh' }),
      layers.batchNormalization(),
      layers.flatten(),
      layers.dense({ units: 7 }),
      layers.batchNormalization({ center: false }),
      layers.reLU(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ),
  'channels by themselves': (x) =>
    chain(
      x,
      layers.depthwiseConv2d({ kernelSize: 5, strides: 2, depthMultiplier: 3, padding: 'same' }),
      layers.batchNormalization(),
      layers.activation({ activation: 'swish' }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.separableConv2d({ filters: 6, kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'elu' }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.globalMaxPooling2d({}),
      layers.dense({ units: CLASSES }),
      layers.softmax(),
    ),
  'branches, gates and layers used twice': (x) => {
    const inner = tf.sequential();
    inner.add(layers.conv2d({ filters: 4, kernelSize: 1, inputShape: x.shape.slice(1), activation: 'selu' }));
    const y = apply(inner, x);
    const twice = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'softplus' });
    const sum = apply(layers.add(), y, apply(twice, y), apply(twice, apply(twice, y)));
    const gate = chain(
      sum,
      layers.batchNormalization(),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 4, activation: 'sigmoid' }),
      layers.reshape({ targetShape: [1, 1, 4] }),
    );
    const gated = apply(layers.multiply(), sum, gate);
    const both = apply(layers.concatenate(), gated, apply(layers.reLU({ maxValue: 6 }), y));
    const columns = chain(
      both,
      layers.reshape({ targetShape: [11, 9, 8] }),
      layers.averagePooling2d({ poolSize: [3, 2] }),
    );
    return chain(columns, layers.flatten(), layers.dense({ units: CLASSES, activation: 'softmax' }));
  },
};

test.each(Object.entries(networks))('%s: all formats give the same', (_, network) => expectAgreement(network));

test('batch norm goes into the convolution or product before it, unless something is between', () => {
  const model = build(networks['convolutions with strides, gaps and paddings']!);
  const kinds = readPlan(model).nodes.map(({ operation }) => operation.kind);
  // That of the pixels, and the batch norm behind tanh.
  expect(kinds.filter((kind) => kind === 'affine')).toHaveLength(2);
  expect(kinds.slice(0, 4)).toEqual(['input', 'affine', 'convolution', 'convolution']);
});

test.each([
  [
    'a layer that is not known',
    layers.thresholdedReLU({ name: 'odd' }),
    'layer odd (ThresholdedReLU)',
    'The known ones are',
  ],
  ['an activation', layers.activation({ activation: 'mish', name: 'odd' }), 'layer odd (Activation)', 'tfjs'],
])('%s is refused by name, class and what to do', (_, layer, where, hint) => {
  const model = build((x) =>
    chain(x, layer, layers.flatten(), layers.dense({ units: CLASSES, activation: 'softmax' })),
  );
  const refusal = expect.objectContaining({
    code: 'EXPORT_LAYER',
    where,
    hint: expect.stringContaining(hint) as string,
  });
  expect(() => encodeOnnx(model, smallCard)).toThrow(refusal);
});
