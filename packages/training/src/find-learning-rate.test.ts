import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { findLearningRate } from './find-learning-rate.ts';
import { Learner, type LearnerOptions } from './learner.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

const table = bars(200, 1);

async function search(to: number): Promise<Awaited<ReturnType<typeof findLearningRate>> & { change: number }> {
  const network = smallNetwork(blocks['cnn']!);
  const weights = (): number[] => network.variables.flatMap((v) => [...v.dataSync()]);
  const before = weights();
  const learner = new Learner(network, { train: table, val: table }, learnerOptions);
  const found = await findLearningRate(learner, { from: 1e-6, to, steps: 80 });
  learner.pull();
  learner.dispose();
  return { ...found, change: Math.max(...weights().map((weight, k) => Math.abs(weight - before[k]!))) };
}

test('rates grow by one factor until the loss does, and weights are as before', async () => {
  const { points, least, change } = await search(1e4);
  expect(change).toBe(0);
  const factors = points.slice(1).map(({ rate }, k) => rate / points[k]!.rate);
  for (const factor of factors) expect(factor).toBeCloseTo(factors[0]!, 6);
  // Long before the end of the range.
  expect(points.length).toBeLessThan(80);
  expect(least!.loss).toBeLessThan(points[0]!.loss / 2);
  expect(least!.rate).toBeGreaterThan(1e-4);
  expect(least!.rate).toBeLessThan(10);
});

test('rates that change nothing give no answer', async () => {
  const network = smallNetwork(blocks['cnn']!);
  const loss: LearnerOptions['loss'] = (logits) => tf.sum(tf.mul(logits, 0));
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, loss });
  const { points, least } = await findLearningRate(learner, { from: 1e-9, to: 1e-8, steps: 20 });
  learner.dispose();
  expect(points).toHaveLength(20);
  expect(least).toBeUndefined();
});
