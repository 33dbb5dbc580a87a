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
  'flatten, channels first': layers.flatten({ dataFormat: 'channelsFirst' }),
  rescaling: layers.rescaling({ scale: 1 / 3, offset: -0.5 }),
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
  convolution: [layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu' })],
  'convolution with gaps, and pooling': [
    layers.conv1d({ filters: 4, kernelSize: 2, dilationRate: 2, useBias: false }),
    layers.batchNormalization(),
    layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }),
    layers.averagePooling1d({ poolSize: 2 }),
  ],
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
  'dropout of whole channels': [layers.spatialDropout1d({ rate: 0.5 })],
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

const bidirectional = (layer: tf.layers.Layer, mergeMode: string): tf.layers.Layer =>
  layers.bidirectional({ layer: layer as tf.RNN, mergeMode: mergeMode as 'concat' });
const frames = (x: Maps): Maps => chain(x, layers.reshape({ targetShape: [11, 3, 6, 1] }));
const small = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [3, 6, 1], filters: 2, kernelSize: 2, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
      layers.flatten(),
    ],
  });

const wrapped: Record<string, (x: Maps) => Maps> = {
  'bidirectional LSTM and GRU, all outputs side by side': (x) =>
    chain(
      rows(x),
      bidirectional(layers.lstm({ units: 4, returnSequences: true }), 'concat'),
      bidirectional(layers.gru({ units: 3, returnSequences: true, goBackwards: true }), 'ave'),
    ),
  'bidirectional, last outputs, added': (x) => chain(rows(x), bidirectional(layers.gru({ units: 4 }), 'sum')),
  'bidirectional, multiplied, with an activation that ONNX has not inside': (x) =>
    chain(
      rows(x),
      bidirectional(layers.simpleRNN({ units: 4, activation: 'swish' as never, returnSequences: true }), 'mul'),
    ),
  'bidirectional, mean of last outputs': (x) => chain(rows(x), bidirectional(layers.lstm({ units: 4 }), 'ave')),
  'a dense layer at each time': (x) =>
    chain(rows(x), layers.timeDistributed({ layer: layers.dense({ units: 4, activation: 'softmax' }) })),
  'a convolution at each time': (x) =>
    chain(frames(x), layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 2, strides: 2 }) })),
  'a model at each time, and a recurrence over what it says': (x) =>
    chain(frames(x), layers.timeDistributed({ layer: small() }), bidirectional(layers.lstm({ units: 3 }), 'concat')),
  'a recurrence at each time': (x) =>
    chain(
      x,
      layers.timeDistributed({ layer: layers.gru({ units: 3 }) }),
      layers.timeDistributed({ layer: layers.reshape({ targetShape: [3, 1] }) }),
      layers.timeDistributed({ layer: layers.globalMaxPooling1d({}) }),
    ),
};
test.each(Object.entries(wrapped))('wrapped, %s', (_, network) => expectAgreement((x) => classes(network(x))));

test('products of vectors and matrices, of unit length or not', () =>
  expectAgreement((x) => {
    // Not one sequence given twice to a layer: tfjs would dispose of it too early.
    const [sequence, other] = [rows(x), rows(x)];
    const vectors = [0, 1].map(() => chain(sequence, layers.flatten(), layers.dense({ units: 22 }))) as [Maps, Maps];
    const dot = (axes: number | [number, number], normalize: boolean, ...of: Maps[]): Maps =>
      apply(layers.dot({ axes, normalize }), ...of);
    return classes(
      apply(
        layers.concatenate(),
        dot(1, false, ...vectors),
        dot(-1, true, ...vectors),
        dot([2, 1], true, sequence, vectors[0]),
        dot([1, 2], false, vectors[1], sequence),
        chain(dot(2, true, sequence, other), layers.flatten()),
        chain(dot([1, 1], true, sequence, other), layers.flatten()),
        // Of length 0.
        dot(1, true, vectors[0], chain(vectors[1], layers.reLU(), layers.reLU({ maxValue: 6 }))),
      ),
    );
  }));

test('two results of a bidirectional layer are refused with their reason', () => {
  const network = (x: Maps): Maps => {
    const two = layers.bidirectional({ layer: layers.gru({ units: 3 }) as tf.RNN, mergeMode: null as never });
    return classes(apply(layers.add(), ...(two.apply(rows(x)) as Maps[])));
  };
  expect(() => encodeOnnx(build(network), smallCard)).toThrow(/it gives two results/);
});

test('other ways to merge: maximum, minimum, mean, along another axis than the last', () =>
  expectAgreement((x) => {
    const y = apply(layers.conv2d({ filters: 2, kernelSize: 1 }), x);
    const more = apply(
      layers.concatenate({ axis: 2 }),
      apply(layers.maximum(), x, y),
      apply(layers.minimum(), x, y),
      apply(layers.average(), x, y, chain(x, layers.conv2d({ filters: 1, kernelSize: 1 }))),
    );
    return classes(apply(layers.concatenate({ axis: 1 }), more, more));
  }));

test('a map as result', () =>
  expectAgreement((x) => chain(x, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.softmax({ axis: -1 }))));
