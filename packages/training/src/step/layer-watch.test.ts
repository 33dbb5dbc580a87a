import { sgd } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { Learner, type LearnerOptions } from '../learner.ts';
import type { LossNotFiniteError } from '../loss-not-finite.ts';
import type { Network } from '../network.ts';
import { bars, blocks, learnerOptions, smallNetwork } from '../testing/index.ts';

const BATCH = 16;
const table = bars(5 * BATCH + 3, 1);
afterAll(() => tf.disposeVariables());

const plain: Partial<LearnerOptions> = {
  createOptimizer: (weights) => sgd({ momentum: 0, nesterov: false, weightDecay: 0 }, weights),
};
const LR = 0.05;

interface Watched {
  logged: Map<number, Record<string, number>>;
  network: Network;
  weights: number[];
}

async function watched(block: string, change: Partial<LearnerOptions>, epochs = 1): Promise<Watched> {
  const network = smallNetwork(blocks[block]!);
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, ...change });
  const logged: Watched['logged'] = new Map();
  const onLayers = (metrics: Record<string, number>, iteration: number): unknown => logged.set(iteration, metrics);
  for (let epoch = 1; epoch <= epochs; epoch++) await learner.trainEpoch({ epoch, lrAt: () => LR, onLayers });
  learner.pull();
  learner.dispose();
  return { logged, network, weights: network.variables.flatMap((v) => [...v.dataSync()]) };
}

const normOf = (weights: unknown[]): number =>
  Math.sqrt((weights as { val: tf.Variable }[]).flatMap(({ val }) => [...val.dataSync()]).reduce((sum, w) => sum + w * w, 0)); // prettier-ignore

test.each([1, 2])('norms are those of the layers, with %i tower(s)', async (towers) => {
  const before = smallNetwork(blocks['cnn']!);
  const norms = before.model.layers.map((layer) => normOf(layer.trainableWeights));
  const { logged } = await watched('cnn', { ...plain, towers, watchLayers: 1 });
  const first = logged.get(1)!;
  const weights = Object.entries(first).filter(([key]) => key.startsWith('weight_norm/'));
  expect(weights.map(([, norm]) => norm.toFixed(4))).toEqual(norms.filter((norm) => norm > 0).map((norm) => norm.toFixed(4))); // prettier-ignore
  for (const [key, norm] of weights) {
    const layer = key.slice('weight_norm/'.length);
    // Plain SGD: the update is the gradient times the rate.
    const ratio = (LR * first[`gradient_norm/${layer}`]!) / norm;
    expect(first[`update_ratio/${layer}`]! / ratio).toBeCloseTo(1, 3);
  }
  const dead = Object.entries(first).filter(([key]) => key.startsWith('dead_units/'));
  expect(dead).toHaveLength(2);
  for (const [, share] of dead) expect(share).toBeLessThan(0.5);
});

test('a unit that is 0 for every image is dead', async () => {
  const network = smallNetwork(blocks['cnn']!);
  const dense = network.model.layers.find(({ name }) => name.startsWith('dense'))!;
  const bias = network.trainable.find(({ shape }) => shape.join() === '16')!;
  bias.assign(tf.tensor1d(Array.from({ length: 16 }, (_, k) => (k < 4 ? -1e6 : 1e3))));
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, ...plain, watchLayers: 1 });
  const shares: number[] = [];
  const onLayers = (metrics: Record<string, number>): unknown => shares.push(metrics[`dead_units/${dense.name}`]!);
  await learner.trainEpoch({ epoch: 1, lrAt: () => 0, onLayers });
  learner.dispose();
  expect(shares).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
});

test('every n-th step is watched, a short batch’s in its turn by the next, and training is as without', async () => {
  const every = await watched('cnn', { watchLayers: 3, towers: 2 }, 2);
  // Six steps an epoch, the sixth is short.
  expect([...every.logged.keys()]).toEqual([3, 7, 9]);
  const unwatched = await watched('cnn', { towers: 2 }, 2);
  expect(unwatched.logged.size).toBe(0);
  every.weights.forEach((weight, k) => expect(Math.abs(weight - unwatched.weights[k]!)).toBeLessThan(1e-4));
});

test.each(['resnet', 'depthwise', 'recurrent'])('%s can be watched', async (block) => {
  const { logged, network } = await watched(block, { watchLayers: 4 });
  const values = Object.values(logged.get(4)!);
  expect(values.every(Number.isFinite)).toBe(true);
  const learning = network.model.layers.filter(({ trainableWeights }) => trainableWeights.length > 0);
  expect(Object.keys(logged.get(4)!).filter((key) => key.startsWith('gradient_norm/'))).toHaveLength(learning.length);
});

test.each([
  ['the first that learns', 'conv2d'],
  ['one behind it', 'dense'],
] as const)('a loss that is no number names the layer that it began in: %s', async (_, kind) => {
  // ReLU makes 0 of what is no number; swish lets it pass.
  const network = smallNetwork(blocks['depthwise']!);
  const layer = network.model.layers.find(({ name }) => name.startsWith(kind))!;
  const [weight] = (layer.trainableWeights as unknown as { val: tf.Variable }[]).map(({ val }) => val);
  weight!.assign(tf.fill(weight!.shape, NaN));
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, watchLayers: 100 });
  const failed = learner.trainEpoch({ epoch: 1, lrAt: () => LR });
  const error = await failed.then(() => undefined, (thrown: unknown) => thrown as LossNotFiniteError); // prettier-ignore
  learner.dispose();
  expect(error?.origin).toEqual({ layer: layer.name, what: 'output', step: 1 });
  expect(error?.message).toContain(
    `in epoch 1, step 1. It began in layer "${layer.name}": its output in step 1 is not finite.`,
  );
});

test('a rate that is too high is found out steps later', async () => {
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, towers: 2, watchLayers: 2 });
  const lrAt = (progress: number): number => (progress < 0.5 ? LR : 1e38);
  const error = await learner.trainEpoch({ epoch: 1, lrAt }).then(() => undefined, (thrown: unknown) => thrown as LossNotFiniteError); // prettier-ignore
  learner.dispose();
  expect(error?.step).toBeGreaterThan(3);
  expect(error?.origin?.step).toBeGreaterThan(3);
  expect(error?.origin?.step).toBeLessThanOrEqual(error!.step!);
});
