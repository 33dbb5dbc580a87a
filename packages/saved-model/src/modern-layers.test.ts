import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { encodeOnnx } from './onnx/encode-onnx.ts';
import { apply, build, chain, expectAgreement, type Maps } from './testing/agreement.ts';
import { smallCard } from './testing/small-model.ts';

const { layers } = tf;
const classes = (x: Maps): Maps =>
  chain(x, ...(x.shape.length > 2 ? [layers.flatten()] : []), layers.dense({ units: 3 }), layers.softmax({ axis: -1 }));

/** Rows of the image as a sequence [9, 22]. */
const rows = (x: Maps): Maps => chain(x, layers.reshape({ targetShape: [9, 22] }));

const maps: Record<string, tf.layers.Layer> = {
  'layer norm over channels': layers.layerNormalization({ epsilon: 0.1 }),
  'layer norm over the whole map': layers.layerNormalization({ axis: [1, 2, 3], center: false }),
  dense: layers.dense({ units: 4, activation: 'gelu' }),
  softmax: layers.softmax({ axis: -1 }),
  gelu: layers.activation({ activation: 'gelu' as never }),
  'gelu by tanh': layers.activation({ activation: 'gelu_new' as never }),
  'hard sigmoid': layers.activation({ activation: 'hardSigmoid' }),
  permute: layers.permute({ dims: [3, 1, 2] }),
  'upsampling by repetition': layers.upSampling2d({ size: [2, 3] }),
  'upsampling, bilinear': layers.upSampling2d({ size: [3, 2], interpolation: 'bilinear' }),
  'transposed convolution': layers.conv2dTranspose({ filters: 3, kernelSize: [3, 4], strides: 2, padding: 'same' }),
  'transposed convolution, valid': layers.conv2dTranspose({
    filters: 3,
    kernelSize: [4, 3],
    strides: [2, 3],
    activation: 'relu',
  }),
  'transposed convolution, gaps': layers.conv2dTranspose({
    filters: 3,
    kernelSize: [1, 2],
    strides: [2, 4],
    useBias: false,
  }),
  'transposed convolution, same and gaps': layers.conv2dTranspose({
    filters: 3,
    kernelSize: 2,
    strides: 3,
    padding: 'same',
  }),
};
test.each(Object.entries(maps))('maps, %s', (_, layer) => expectAgreement((x) => classes(apply(layer, x))));

const sequences: Record<string, tf.layers.Layer[]> = {
  dense: [layers.dense({ units: 4, activation: 'tanh' })],
  'dense and batch norm': [layers.dense({ units: 4 }), layers.batchNormalization()],
  'batch norm by itself': [layers.batchNormalization()],
  'layer norm': [layers.layerNormalization({ scale: false })],
  'layer norm over everything': [layers.layerNormalization({ axis: [-1, -2] })],
  softmax: [layers.softmax({ axis: 2 })],
  permute: [layers.permute({ dims: [2, 1] })],
  mean: [layers.globalAveragePooling1d({})],
  maximum: [layers.globalMaxPooling1d({})],
  LSTM: [layers.lstm({ units: 4 })],
  'LSTM, all outputs backwards': [
    layers.lstm({ units: 4, returnSequences: true, goBackwards: true, recurrentActivation: 'sigmoid' }),
    layers.lstm({ units: 3, useBias: false, activation: 'relu' }),
  ],
  GRU: [layers.gru({ units: 4, resetAfter: false } as never)],
  'GRU, all outputs': [
    layers.gru({ units: 4, returnSequences: true, recurrentActivation: 'sigmoid', dropout: 0.5 }),
    layers.gru({ units: 3, goBackwards: true, useBias: false }),
  ],
  'LSTM and GRU with activations that ONNX has not inside': [
    layers.lstm({ units: 4, activation: 'swish' as never, returnSequences: true, goBackwards: true }),
    layers.gru({ units: 3, activation: 'linear' }),
  ],
  'simple recurrence': [layers.simpleRNN({ units: 4, returnSequences: true })],
};
test.each(Object.entries(sequences))('sequences, %s', (_, all) =>
  expectAgreement((x) => classes(chain(rows(x), ...all))),
);

test('a long sequence makes no long ONNX file, which runtimes would take minutes to load', async () => {
  const long = (x: Maps): Maps =>
    classes(
      chain(
        x,
        layers.reshape({ targetShape: [66, 3] }),
        layers.gru({ units: 4, returnSequences: true }),
        layers.lstm({ units: 4 }),
      ),
    );
  await expectAgreement(long);
  expect(encodeOnnx(build(long), smallCard).length).toBeLessThan(5000);
});

test('attention of dense layers, products and a softmax, with its residuals and norms', () =>
  expectAgreement((x) => {
    const sequence = rows(x);
    const [queries, keys, values] = [4, 4, 22].map((units) => apply(layers.dense({ units }), sequence));
    const weights = chain(apply(layers.dot({ axes: 2 }), queries!, keys!), layers.softmax({ axis: -1 }));
    const heard = apply(layers.dot({ axes: [2, 1] }), weights, values!);
    const seen = apply(layers.dot({ axes: [1, 1] }), heard, sequence);
    const backwards = apply(layers.dot({ axes: [1, 2] }), weights, chain(sequence, layers.permute({ dims: [2, 1] })));
    const sum = chain(apply(layers.add(), sequence, heard), layers.layerNormalization({}));
    return classes(apply(layers.concatenate({ axis: 1 }), sum, seen, backwards));
  }));

test('other ways to merge: maximum, minimum, along another axis than the last', () =>
  expectAgreement((x) => {
    const y = apply(layers.conv2d({ filters: 2, kernelSize: 1 }), x);
    const more = apply(layers.concatenate({ axis: 2 }), apply(layers.maximum(), x, y), apply(layers.minimum(), x, y));
    return classes(apply(layers.concatenate({ axis: 1 }), more, more));
  }));

test('a map as result', () =>
  expectAgreement((x) => chain(x, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.softmax({ axis: -1 }))));
