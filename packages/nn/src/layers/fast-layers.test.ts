import { stepRandom, withStepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { selectBackend } from '../backend/backend.ts';
import { buildModel } from '../models/build-model.ts';
import { useFastLayers } from './fast-layers.ts';

await selectBackend({ backend: 'tensorflow', threads: 1, towers: 1 });

const normModel = (): tf.LayersModel =>
  tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [4, 4, 3] }), tf.layers.batchNormalization({ momentum: 0.9 })],
  });
const x = tf.randomNormal([8, 4, 4, 3], 2, 3, 'float32', 5);

/** Output, gradient towards the input and moving statistics of one training step on a batch norm. */
function step(fast: boolean): { output: tf.Tensor; gradient: tf.Tensor; moving: tf.Tensor[] } {
  const model = normModel();
  if (fast) useFastLayers(model);
  const weight = tf.randomNormal([8, 4, 4, 3], 0, 1, 'float32', 6);
  let output: tf.Tensor | undefined;
  const gradient = tf.grad((x: tf.Tensor) => {
    output = tf.keep(model.apply(x, { training: true }) as tf.Tensor);
    return tf.sum(tf.mul(output, weight));
  })(x);
  return { output: output!, gradient, moving: model.getWeights().slice(2) };
}

const difference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

test('batch normalisation as one op gives the output and gradients of tfjs-layers', () => {
  const [fast, slow] = [step(true), step(false)];
  expect(difference(fast.output, slow.output)).toBeLessThan(1e-4);
  expect(difference(fast.gradient, slow.gradient)).toBeLessThan(1e-4);
  expect(difference(fast.moving[0]!, slow.moving[0]!)).toBeLessThan(1e-5);
  // Unbiased where tfjs-layers is biased: n / (n − 1) for n = 8·4·4 values.
  const [unbiased, biased] = [fast.moving[1]!, slow.moving[1]!].map((variance) => tf.sub(variance, 0.9));
  expect(difference(unbiased!, tf.mul(biased!, 128 / 127))).toBeLessThan(1e-3);
});

test('dropout keeps the asked share, scales it up, and repeats itself for the same key', () => {
  const model = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [2000] }), tf.layers.dropout({ rate: 0.4 })],
  });
  useFastLayers(model);
  const at = (step: number): Float32Array =>
    tf.tidy(() => {
      const random = stepRandom(tf.tensor1d([1, step], 'int32'));
      const y = withStepRandom(random, () => model.apply(tf.ones([1, 2000]), { training: true }) as tf.Tensor);
      return y.dataSync() as Float32Array;
    });
  const kept = at(1).filter((value) => value !== 0);
  expect(kept.length / 2000).toBeGreaterThan(0.56);
  expect(kept.length / 2000).toBeLessThan(0.64);
  expect(kept[0]).toBeCloseTo(1 / 0.6, 5);
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
  expect([...(model.predict(tf.ones([1, 2000])) as tf.Tensor).dataSync()].every((value) => value === 1)).toBe(true);
});

test('first weights depend on the seed alone, and Math.random is as before', () => {
  const { random } = Math;
  const weights = (seed: number): number[] => {
    const model = buildModel(() => tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] }), seed);
    return [...model.getWeights()[0]!.dataSync()];
  };
  expect(weights(1)).toEqual(weights(1));
  expect(weights(1)).not.toEqual(weights(2));
  expect(Math.random).toBe(random);
});
