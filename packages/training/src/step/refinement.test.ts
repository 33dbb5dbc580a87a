import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { adam, affine, type Augment } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { fit } from '../fit.ts';
import { Learner, type LearnerOptions } from '../learner.ts';
import type { Network } from '../network.ts';
import { planPhases } from '../phases.ts';
import { bars, blocks, learnerOptions, smallNetwork } from '../testing/index.ts';
import { epochOrder } from './epoch-order.ts';
import { trainStep } from './train-step.ts';

afterAll(() => tf.disposeVariables());

const table = bars(64, 1);
const LR = 0.002;
const STEPS = table.size / learnerOptions.batchSize;
const strong: Augment = (x, random) => affine(x, { rotation: 40, scale: 0.4, shear: 0, translate: 3 }, random);
const slight: Augment = (x, random) => affine(x, { rotation: 1, scale: 0, shear: 0, translate: 0.5 }, random);
const createOptimizer: LearnerOptions['createOptimizer'] = (weights) =>
  adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 }, weights);
const changing: LearnerOptions = { ...learnerOptions, createOptimizer, augmentation: [strong], mixup: { alpha: 1 } };
const refine = { fromEpoch: 3, augmentation: [slight] };
const valuesOf = (network: Network): number[] => network.variables.flatMap((v) => [...v.dataSync()]);

/** Weights after each epoch. */
async function trained(options: LearnerOptions, epochs: number): Promise<{ weights: number[][]; slots: number }> {
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train: table, val: table }, options);
  const weights: number[][] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await learner.trainEpoch({ epoch, lrAt: () => LR });
    learner.pull();
    weights.push(valuesOf(network));
  }
  const slots = learner.slots.length;
  learner.dispose();
  return { weights, slots };
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, k) => value - b[k]!)) / Math.hypot(...b);
}

test('the last epochs see other images, unmixed; before them nothing differs, and the optimizer goes on', async () => {
  const [plain, refined] = [await trained(changing, 3), await trained({ ...changing, refine }, 3)];
  expect(refined.slots).toBe(plain.slots);
  expect(refined.weights.slice(0, 2)).toEqual(plain.weights.slice(0, 2));
  expect(distance(refined.weights[2]!, plain.weights[2]!)).toBeGreaterThan(1e-3);

  // The third epoch by eager steps, from where two compiled ones ended.
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train: table, val: table }, changing);
  for (const epoch of [1, 2]) await learner.trainEpoch({ epoch, lrAt: () => LR });
  learner.pull();
  const last = { ...learnerOptions, augmentation: [slight] };
  const optimizer = createOptimizer(network.trainable);
  optimizer.slots.forEach((slot, k) => slot.assign(learner.slots[k]!));
  const step = trainStep(network, table, optimizer, [], last);
  const order = epochOrder(table.size, last.seed, 3);
  for (let k = 0; k < STEPS; k++)
    tf.tidy(() => {
      const rows = tf.tensor1d(order.subarray(k * last.batchSize, (k + 1) * last.batchSize), 'int32');
      const iteration = 2 * STEPS + k + 1;
      step({ rows, key: tf.tensor1d([last.seed, iteration], 'int32'), lr: tf.scalar(LR), iteration: tf.scalar(iteration) });
    }); // prettier-ignore
  expect(distance(refined.weights[2]!, valuesOf(network))).toBeLessThan(1e-5);
  learner.dispose();
});

test('layers that unfreeze meanwhile, or later, keep their phases', async () => {
  for (const forEpochs of [1, 3]) {
    const network = smallNetwork(blocks['cnn']!);
    const own = planPhases(network.model, { freeze: { until: 'body', forEpochs } });
    const learner = new Learner(network, { train: table, val: table }, { ...changing, phases: own, refine });
    const body = network.trainable.slice(0, -2);
    const bodyOf = (): number[] => (learner.pull(), body.flatMap((v) => [...v.dataSync()]));
    const before = bodyOf();
    const moved: boolean[] = [];
    for (let epoch = 1; epoch <= 4; epoch++) {
      await learner.trainEpoch({ epoch, lrAt: () => LR });
      moved.push(distance(bodyOf(), before) > 0);
    }
    expect(moved).toEqual([1, 2, 3, 4].map((epoch) => epoch > forEpochs));
    learner.dispose();
  }
});

test('the means of SWA learn their statistics from the images of the last epochs', async () => {
  const statistics = async (refined: boolean): Promise<number[]> => {
    const network = smallNetwork(blocks['cnn']!);
    // No weight changes: what differs is what the batch norms see.
    const options = { ...changing, swa: { fromEpoch: 1 }, ...(refined && { refine: { ...refine, fromEpoch: 2 } }) };
    const learner = new Learner(network, { train: table, val: table }, options);
    for (const epoch of [1, 2]) {
      await learner.trainEpoch({ epoch, lrAt: () => 0 });
      await learner.averaging.show(epoch, undefined);
      if (epoch === 1) learner.averaging.swap();
    }
    learner.pull();
    const norm = network.model.layers.find((layer) => layer.getClassName() === 'BatchNormalization')!;
    const values = [...norm.getWeights()[2]!.dataSync()];
    learner.dispose();
    return values;
  };
  const same = await statistics(false);
  expect(distance(await statistics(true), same)).toBeGreaterThan(0.01);
});

test('a run that is cut off at the last phase, or in it, ends as one that was not', async () => {
  const scratch = temporaryDirectory();
  const run = async (file: string, epochs: number, resume: boolean): Promise<number[]> => {
    const network = smallNetwork(blocks['cnn']!, resume ? 2 : 1);
    const options = { ...changing, ema: { decay: 0.9 }, refine };
    const learner = new Learner(network, { train: table, val: table }, options);
    const checkpoint = { monitor: 'train/loss', mode: 'min' as const };
    const fitOptions = { epochs, schedule: { lrAt: () => LR }, checkpoint, trainSize: 64, valLabels: table.classes, classNames: ['a', 'b', 'c', 'd'] }; // prettier-ignore
    await fit(learner, fitOptions, { sink: { logMetrics: () => undefined }, checkpointFile: join(scratch, file), resume }); // prettier-ignore
    learner.dispose();
    return valuesOf(network);
  };
  const whole = await run('whole', 4, false);
  for (const cut of [2, 3]) {
    await run(`cut${cut}`, cut, false);
    expect(await run(`cut${cut}`, 4, true)).toEqual(whole);
  }
});
