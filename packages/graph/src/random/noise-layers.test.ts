import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { stepRandom, withStepRandom } from './step-random.ts';
import { seedNoise } from './noise-layers.ts';

/** What the layer makes of `x` in a training step of this number; no number outside of one. */
function apply(layer: tf.layers.Layer, x: tf.Tensor, step?: number): number[] {
  return tf.tidy(() => {
    const call = () => layer.apply(x, { training: step !== undefined }) as tf.Tensor;
    const y = step === undefined ? call() : withStepRandom(stepRandom(tf.tensor1d([1, step], 'int32')), call);
    return [...y.dataSync()];
  });
}

function statistics(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
}

const { layers } = tf;
const recurrent = { units: 3, dropout: 0.4, recurrentDropout: 0.4 };
const all: [name: string, make: () => tf.layers.Layer, shape?: number[]][] = [
  ['dropout', () => layers.dropout({ rate: 0.4 })],
  ['spatialDropout1d', () => layers.spatialDropout1d({ rate: 0.4 })],
  ['gaussianNoise', () => layers.gaussianNoise({ stddev: 0.4 })],
  ['gaussianDropout', () => layers.gaussianDropout({ rate: 0.4 })],
  ['alphaDropout', () => layers.alphaDropout({ rate: 0.4 })],
  ['simpleRNN', () => layers.simpleRNN(recurrent)],
  ['gru', () => layers.gru(recurrent)],
  ['lstm', () => layers.lstm(recurrent)],
  ['rnn of two cells', () => layers.rnn({ cell: [layers.lstmCell(recurrent), layers.gruCell(recurrent)] as never })],
  ['bidirectional', () => layers.bidirectional({ layer: layers.gru(recurrent) as never, mergeMode: 'concat' })],
  ['timeDistributed', () => layers.timeDistributed({ layer: layers.dropout({ rate: 0.4 }) })],
  [
    'convLstm2d',
    () => layers.convLstm2d({ filters: 2, kernelSize: 2, dropout: 0.4, recurrentDropout: 0.4 }),
    [2, 3, 4, 4, 2],
  ],
  ['a model in a model', () => tf.sequential({ layers: [layers.gaussianNoise({ stddev: 1, inputShape: [5, 6] })] })],
];

test.each(all)(
  '%s: noise depends on the step alone, draws nothing in JavaScript, and ends with training',
  (_, make, shape = [4, 5, 6]) => {
    const x = tf.randomNormal(shape, 0, 1, 'float32', 1);
    const layer = make();
    layer.apply(x); // makes the weights, whose first values are drawn in JavaScript
    seedNoise(layer);
    const random = vi.spyOn(Math, 'random').mockImplementation(() => {
      throw new Error('drawn in JavaScript');
    });
    const [first, again, other] = [1, 1, 2].map((step) => apply(layer, x, step));
    random.mockRestore();
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(apply(layer, x)).toEqual(apply(layer, x));
    expect(apply(layer, x)).not.toEqual(first);
  },
);

const many = tf.fill([100, 100], 2);
const noisy = (layer: tf.layers.Layer, x = many): number[] => {
  seedNoise(layer);
  return apply(layer, x, 1);
};

test('Gaussian noise adds its standard deviation', () => {
  const { mean, deviation } = statistics(noisy(layers.gaussianNoise({ stddev: 0.5 })));
  expect(mean).toBeCloseTo(2, 1);
  expect(deviation).toBeCloseTo(0.5, 1);
});

test('Gaussian dropout multiplies by noise of mean 1 and variance rate / (1 − rate)', () => {
  const { mean, deviation } = statistics(noisy(layers.gaussianDropout({ rate: 0.2 })));
  expect(mean).toBeCloseTo(2, 1);
  expect(deviation).toBeCloseTo(2 * 0.5, 1);
});

test('alpha dropout keeps mean 0 and variance 1, and sets what is dropped to one value', () => {
  const values = noisy(layers.alphaDropout({ rate: 0.3 }), tf.randomNormal([100, 100], 0, 1, 'float32', 1));
  const { mean, deviation } = statistics(values);
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.05);
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  expect(Math.max(...counts.values()) / values.length).toBeCloseTo(0.3, 1);
});

test('spatial dropout drops whole channels', () => {
  const values = noisy(layers.spatialDropout1d({ rate: 0.5 }), tf.ones([10, 7, 20]));
  const channel = (n: number, c: number) => Array.from({ length: 7 }, (_, k) => values[(n * 7 + k) * 20 + c]);
  const channels = Array.from({ length: 200 }, (_, k) => new Set(channel(k % 10, Math.floor(k / 10))));
  expect(channels.every((values) => values.size === 1)).toBe(true);
  expect(new Set(values)).toEqual(new Set([0, 2]));
});

test.each([0, 1])('dropout of rate %d does what tfjs-layers does: nothing', (rate) => {
  expect(new Set(noisy(layers.dropout({ rate })))).toEqual(new Set([2]));
});
