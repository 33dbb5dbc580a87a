import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam } from '@glyphlab/nn';
import { afterAll, expect, test } from 'vitest';
import { fit } from './fit.ts';
import { Learner, type LearnerOptions } from './learner.ts';
import type { Network } from './network.ts';
import { type FineTuning, groupedOptimizer, planPhases } from './phases.ts';
import { epochOrder } from './step/epoch-order.ts';
import { trainStep } from './step/train-step.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

const table = bars(64, 1);
const scratch = mkdtempSync(join(tmpdir(), 'phases-'));
afterAll(() => {
  tf.disposeVariables();
  rmSync(scratch, { recursive: true });
});

const valuesOf = (network: Network): number[][] => network.variables.map((v) => [...v.dataSync()]);

async function trained(
  block: string,
  tuning: FineTuning,
  epochs: number,
  change: Partial<LearnerOptions> = {},
): Promise<{ before: number[][]; after: number[][]; network: Network }> {
  const network = smallNetwork(blocks[block]!);
  const before = valuesOf(network);
  const phases = planPhases(network.model, tuning);
  const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, ...change, phases });
  for (let epoch = 1; epoch <= epochs; epoch++) await learner.trainEpoch({ epoch, lrAt: () => 0.02 });
  learner.pull();
  learner.dispose();
  return { before, after: valuesOf(network), network };
}

const changed = (before: number[][], after: number[][]): boolean[] =>
  before.map((values, k) => values.some((value, j) => value !== after[k]![j]));

test.each(['cnn', 'depthwise'])(
  '%s: a frozen body keeps weights and statistics to the bit; the last layer learns',
  async (block) => {
    const { before, after, network } = await trained(block, { freeze: { until: 'body' } }, 1);
    const last = network.model.layers.at(-1)!.weights;
    expect(changed(before, after)).toEqual(network.model.weights.map((weight) => last.includes(weight)));
  },
);

test('after its epochs all of it learns; before, none', async () => {
  const tuning = { freeze: { until: 'body', forEpochs: 1 } };
  const first = await trained('cnn', tuning, 1);
  expect(changed(first.before, first.after).filter(Boolean)).toHaveLength(2);
  const second = await trained('cnn', tuning, 2);
  expect(changed(second.before, second.after)).not.toContain(false);
});

test('batch norms that keep their statistics still learn scale and offset', async () => {
  const { before, after, network } = await trained('cnn', { batchNorm: 'keep' }, 1);
  const learns = network.model.weights.map(({ originalName }) => !/moving_/.test(originalName));
  expect(learns).toContain(false);
  expect(changed(before, after)).toEqual(learns);
});

test.each([
  ['cnn', { batchNorm: 'keep' }],
  ['depthwise', { batchNorm: 'keep', layerDecay: 0.5 }],
  ['resnet', { freeze: { until: 'body' } }],
] as const)('%s, %j: compiled steps equal eager ones', async (block, tuning) => {
  const { after } = await trained(block, tuning, 1);
  const network = smallNetwork(blocks[block]!);
  const [{ groups, kept }] = planPhases(network.model, tuning) as [ReturnType<typeof planPhases>[number]];
  const optimizer = groupedOptimizer(groups, learnerOptions.createOptimizer, 0);
  const phase = { ...network, trainable: groups.flatMap(({ weights }) => weights), kept };
  const step = trainStep(phase, table, optimizer, [], learnerOptions);
  const order = epochOrder(table.size, learnerOptions.seed, 1);
  for (let k = 0; k < 4; k++) {
    tf.tidy(() => {
      const rows = tf.tensor1d(order.subarray(16 * k, 16 * (k + 1)), 'int32');
      const key = tf.tensor1d([learnerOptions.seed, k + 1], 'int32');
      step({ rows, key, lr: tf.scalar(0.02), iteration: tf.scalar(k + 1) });
    });
  }
  const eager = valuesOf(network).flat();
  const norm = Math.hypot(...eager);
  expect(Math.hypot(...after.flat().map((value, k) => value - eager[k]!)) / norm).toBeLessThan(1e-5);
});

test('rates fall from layer to layer towards the first, batch norms with the convolution before them', () => {
  const { model } = smallNetwork(blocks['cnn']!);
  const [{ groups }] = planPhases(model, { layerDecay: 0.5 }) as [ReturnType<typeof planPhases>[number]];
  expect(groups.map(({ rate, weights }) => [rate, weights.length])).toEqual([[0.25, 3], [0.5, 2], [1, 2]]); // prettier-ignore
});

test('a layer that is not there is refused, with the nearest', () => {
  const { model } = smallNetwork(blocks['cnn']!);
  const name = model.layers[1]!.name;
  expect(() => planPhases(model, { freeze: { until: `${name}x` } })).toThrow(
    expect.objectContaining({ code: 'FREEZE_UNKNOWN_LAYER', hint: expect.stringContaining(`"${name}"`) as string }),
  );
});

test('a run that is cut off before the unfreezing, or behind it, ends as one that was not', async () => {
  const tuning = { freeze: { until: 'body', forEpochs: 1 }, layerDecay: 0.7 };
  const withAdam = { createOptimizer: (weights: readonly tf.Variable[]) => adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 }, weights) }; // prettier-ignore
  const run = async (file: string, epochs: number, resume: boolean): Promise<number[][]> => {
    const network = smallNetwork(blocks['cnn']!, resume ? 2 : 1);
    const phases = planPhases(network.model, tuning);
    const learner = new Learner(network, { train: table, val: table }, { ...learnerOptions, ...withAdam, phases });
    const schedule = { lrAt: () => 0.002 };
    const options = { epochs, schedule, checkpoint: { monitor: 'train/loss', mode: 'min' as const }, trainSize: 64, valLabels: table.classes, classNames: ['a', 'b', 'c', 'd'] }; // prettier-ignore
    await fit(learner, options, { sink: { logMetrics: () => undefined }, checkpointFile: join(scratch, file), resume });
    learner.dispose();
    return valuesOf(network);
  };
  const whole = await run('whole', 3, false);
  for (const cut of [1, 2]) {
    await run(`cut${cut}`, cut, false);
    expect(await run(`cut${cut}`, 3, true)).toEqual(whole);
  }
});
