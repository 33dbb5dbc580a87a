import { sgd } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { Learner, type LearnerOptions } from './learner.ts';
import type { Network } from './network.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

afterAll(() => tf.disposeVariables());

const [train, val] = [bars(96, 1), bars(32, 2)];
const LR = 0.02;
const valuesOf = (network: Network): number[][] => network.variables.map((v) => [...v.dataSync()]);

/** Weights after each epoch, and what is evaluated in their place. */
async function trained(
  block: string,
  change: Partial<LearnerOptions>,
): Promise<{ weights: number[][][]; shown: number[][][]; network: Network }> {
  const network = smallNetwork(blocks[block]!);
  const createOptimizer: LearnerOptions['createOptimizer'] = (weights) =>
    sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights);
  const learner = new Learner(
    network,
    { train, val },
    { ...learnerOptions, createOptimizer, batchSize: 16, ...change },
  );
  const [weights, shown]: number[][][][] = [[], []];
  for (let epoch = 1; epoch <= 4; epoch++) {
    await learner.trainEpoch({ epoch, lrAt: () => LR });
    learner.pull();
    weights!.push(valuesOf(network));
    await learner.averaging.show(epoch, undefined);
    learner.pull();
    shown!.push(valuesOf(network));
    learner.averaging.swap();
  }
  learner.dispose();
  return { weights: weights!, shown: shown!, network };
}

const expectClose = (found: readonly number[], expected: readonly number[], digits: number): void =>
  found.forEach((x, k) => expect(x).toBeCloseTo(expected[k]!, digits));

test('SWA shows the mean of the epochs since it began, before that the weights; training is as without', async () => {
  const plain = await trained('cnn', {});
  const { weights, shown, network } = await trained('cnn', { swa: { fromEpoch: 2 } });
  expect(weights).toEqual(plain.weights);
  const learning = network.variables.map((v) => network.trainable.includes(v));
  weights.forEach((_, epoch) => {
    const counted = weights.slice(Math.min(1, epoch), epoch + 1);
    learning.forEach((learns, k) => {
      if (!learns) return;
      const mean = counted[0]![k]!.map((_, i) => counted.reduce((sum, one) => sum + one[k]![i]!, 0) / counted.length);
      expectClose(shown[epoch]![k]!, mean, 5);
    });
  });
});

test('batch norms learn the statistics of the mean weights', async () => {
  const { shown, network } = await trained('cnn', { swa: { fromEpoch: 1 } });
  network.variables.forEach((v, k) => v.assign(tf.tensor(shown[3]![k]!, v.shape)));
  const [conv, norm] = network.model.layers.filter(({ weights }) => weights.length > 0);
  const x = tf.sub(tf.div(tf.cast(train.images, 'float32'), 127.5), 1);
  const maps = conv!.apply(x) as tf.Tensor;
  const { mean, variance } = tf.moments(maps, [0, 1, 2]);
  const [, , movingMean, movingVariance] = norm!.getWeights().map((weight) => [...weight.dataSync()]);
  const [means, variances] = [mean, variance].map((statistic) => [...statistic.dataSync()]);
  // After 24 steps alone, those of the training are still near 0 and 1.
  movingMean!.forEach((found, k) =>
    expect(Math.abs(found - means![k]!)).toBeLessThan(0.02 * Math.sqrt(variances![k]!)),
  );
  movingVariance!.forEach((found, k) => expect(Math.abs(found / variances![k]! - 1)).toBeLessThan(0.1));
});

test('without batch norm nothing is settled', async () => {
  const { shown, weights } = await trained('noisy', { swa: { fromEpoch: 4 } });
  expect(shown).toEqual(weights);
});
