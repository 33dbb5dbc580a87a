import { buildModel, crossEntropyLoss, imageTable, type ImageTable, sgd } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import seedrandom from 'seedrandom';
import type { LearnerOptions } from '../learner.ts';
import { createNetwork, type Network } from '../network.ts';

const IMAGE_SHAPE = [12, 12, 1] as const;

/** Noisy bars at four places, one a class: learnt in a few steps. */
export function bars(size: number, seed: number): ImageTable & { classes: Uint8Array } {
  const random = seedrandom.alea(String(seed));
  const images = new Uint8Array(size * 144);
  const labels = Uint8Array.from({ length: size }, (_, k) => k % 4);
  for (let n = 0; n < size; n++) {
    for (let k = 0; k < 144; k++) {
      const ink = Math.floor(k / 36) === labels[n];
      images[n * 144 + k] = Math.floor(random() * 100) + (ink ? 120 : 0);
    }
  }
  return { ...imageTable({ images, labels, size }, IMAGE_SHAPE), classes: labels };
}

type Layers = (x: tf.SymbolicTensor) => tf.SymbolicTensor;
const apply = (layer: tf.layers.Layer, ...x: tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(x.length === 1 ? x[0]! : x) as tf.SymbolicTensor;
const chain =
  (...layers: tf.layers.Layer[]): Layers =>
  (x) =>
    layers.reduce((x, layer) => apply(layer, x), x);
const { layers } = tf;
const conv = (filters: number): tf.layers.Layer =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });

/** Small networks of the kinds that people train. */
export const blocks: Record<string, Layers> = {
  cnn: (x) =>
    chain(
    conv(8), layers.batchNormalization(), layers.maxPooling2d({ poolSize: 2 }), layers.reLU(), layers.flatten(),
    layers.dense({ units: 16, activation: 'relu' }), layers.dropout({ rate: 0.4 }),
  )(x),
  resnet: (x) => {
    const first = chain(conv(8), layers.batchNormalization(), layers.reLU())(x);
    const branch = chain(conv(8), layers.batchNormalization(), layers.reLU(), conv(8), layers.batchNormalization())(first);
    return chain(layers.reLU(), layers.globalAveragePooling2d({}))(apply(layers.add(), first, branch));
  },
  noisy: (x) =>
    chain(
    layers.gaussianNoise({ stddev: 0.1 }), layers.reshape({ targetShape: [12, 12] }), layers.spatialDropout1d({ rate: 0.2 }),
    layers.flatten(), layers.dense({ units: 16, activation: 'selu' }), layers.alphaDropout({ rate: 0.1 }), layers.gaussianDropout({ rate: 0.1 }),
  )(x),
  recurrent: (x) => {
    const cell = { units: 4, dropout: 0.1, recurrentDropout: 0.1 };
    const sequences = { ...cell, returnSequences: true };
    return chain(
      layers.reshape({ targetShape: [4, 36] }), layers.lstm(sequences), layers.gru(sequences),
      layers.timeDistributed({ layer: layers.gaussianDropout({ rate: 0.1 }) }),
      layers.bidirectional({ layer: layers.simpleRNN(cell) as tf.RNN, mergeMode: 'concat' }),
    )(x);
  },
  'recurrent maps': (x) =>
    chain(
    layers.reshape({ targetShape: [3, 4, 12, 1] }),
    layers.convLstm2d({ filters: 2, kernelSize: 3, dropout: 0.1, recurrentDropout: 0.1, returnSequences: true }),
    layers.convLstm2d({ filters: 2, kernelSize: [1, 3], dropout: 0.1 }), layers.flatten(),
  )(x),
  depthwise: (x) => {
    const wide = chain(conv(8), layers.batchNormalization(), layers.activation({ activation: 'swish' }))(x);
    const deep = chain(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), layers.batchNormalization())(wide);
    const gate = chain(layers.globalAveragePooling2d({}), layers.dense({ units: 8, activation: 'sigmoid' }), layers.reshape({ targetShape: [1, 1, 8] }))(deep);
    return apply(layers.flatten(), apply(layers.multiply(), deep, gate));
  },
}; // prettier-ignore

export function smallNetwork(block: Layers, seed = 1): Network {
  const build = (): tf.LayersModel => {
    const inputs = tf.input({ shape: [...IMAGE_SHAPE] });
    return tf.model({ inputs, outputs: apply(layers.dense({ units: 4 }), block(inputs)) });
  };
  return createNetwork(buildModel(build, seed));
}

export const learnerOptions: LearnerOptions = {
  seed: 1,
  batchSize: 16,
  evaluationBatchSize: 64,
  createOptimizer: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
  precision: 'fp32',
  towers: 1,
  augmentation: [],
  loss: crossEntropyLoss(0, undefined),
};
