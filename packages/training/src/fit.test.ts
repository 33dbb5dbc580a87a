import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fit, type FitHooks, type FitOptions, type FitResult } from './fit.ts';
import { Learner, type LearnerOptions } from './learner.ts';
import type { Network } from './network.ts';
import { predict } from './predict.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

const train = bars(200, 1);
const val = bars(40, 2);
const plan: FitOptions = {
  epochs: 4,
  learningRate: 0.05,
  schedule: { type: 'reduceLrOnPlateau', monitor: 'val/loss', mode: 'min', factor: 0.5, patience: 1, minDelta: 0, cooldown: 0, minLr: 0, warmupEpochs: 0 },
  checkpoint: { monitor: 'val/loss', mode: 'min' },
}; // prettier-ignore
const quiet: FitHooks = { sink: { logMetrics: () => {} } };
const options: LearnerOptions = {
  ...learnerOptions,
  augmentation: [{ type: 'affine', rotation: 5, scale: 0.1, shear: 0, translate: 0.5 }],
};

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'fit-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const weightsOf = (network: Network): number[] => network.variables.flatMap((v) => [...v.dataSync()]);

async function run(
  hooks: Partial<FitHooks> = {},
  change: Partial<LearnerOptions> = {},
  fitChange: Partial<FitOptions> = {},
): Promise<{ result: FitResult; network: Network }> {
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train, val }, { ...options, ...change });
  const result = await fit(learner, train.size, { ...plan, ...fitChange }, { ...quiet, ...hooks });
  learner.dispose();
  return { result, network };
}

/** Without what depends on the clock. */
const numbers = (result: FitResult): object[] =>
  result.history.map(({ images_per_second: _rate, epoch_seconds: _seconds, ...metrics }) => metrics);

test('the network learns, and metrics are logged for each epoch', async () => {
  const logged: number[] = [];
  const { result, network } = await run({
    sink: { logMetrics: (metrics, step) => void logged.push(step, Object.keys(metrics).length) },
  });
  expect(result.stopped).toBe('completed');
  expect(logged).toEqual([1, 7, 2, 7, 3, 7, 4, 7]);
  expect(result.history.at(-1)!['train/loss']).toBeLessThan(result.history[0]!['train/loss']! / 2);
  expect(result.history[result.bestEpoch - 1]!['val/accuracy']).toBeGreaterThan(0.9);

  const probabilities = await predict(network, val, { batchSize: 7 });
  const labels = val.labels.dataSync();
  const correct = [...labels].filter((label, n) => {
    const row = probabilities.subarray(n * 4, n * 4 + 4);
    return row.indexOf(Math.max(...row)) === label;
  });
  expect(correct.length / val.size).toBeCloseTo(result.history[result.bestEpoch - 1]!['val/accuracy']!, 6);
});

test('a validation keeps the probabilities of each image', async () => {
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train, val }, { ...options, evaluationBatchSize: 16 });
  await learner.validate();
  const expected = await predict(network, val, { batchSize: 7 });
  learner.valProbabilities.forEach((p, k) => expect(p).toBeCloseTo(expected[k]!, 5));
  learner.dispose();
});

test('the same seed gives the same run, another seed another one', async () => {
  const [first, second, other] = [await run(), await run(), await run({}, { seed: 2 })];
  expect(numbers(second.result)).toEqual(numbers(first.result));
  expect(weightsOf(second.network)).toEqual(weightsOf(first.network));
  expect(numbers(other.result)).not.toEqual(numbers(first.result));
});

test.each([
  ['SGD', {}],
  [
    'Adam with EMA and mixup',
    {
      optimizer: { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 },
      ema: { decay: 0.9 },
      mixup: { alpha: 0.2 },
    },
  ],
] as [string, Partial<LearnerOptions>][])(
  'a run interrupted and resumed equals one that never was: %s',
  async (_, change) => {
    const whole = await run({}, change);
    const checkpointFile = join(dir, 'checkpoint.safetensors');
    const interruption = new AbortController();
    const onEpochEnd = (epoch: number): void => {
      if (epoch === 2) interruption.abort(new Error('Ctrl-C'));
    };
    const first = await run({ checkpointFile, onEpochEnd, signal: interruption.signal }, change);
    expect(first.result).toMatchObject({ stopped: 'interrupted', history: { length: 2 } });
    const steps: number[] = [];
    const second = await run(
      { checkpointFile, resume: true, sink: { logMetrics: (_, step) => void steps.push(step) } },
      change,
    );
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(numbers(second.result)).toEqual(numbers(whole.result));
    expect(weightsOf(second.network)).toEqual(weightsOf(whole.network));
  },
);

test('early stopping ends after its patience, with the best weights', async () => {
  const earlyStopping = { monitor: 'val/loss', mode: 'min', patience: 2, minDelta: 10 } as const;
  const { result } = await run({}, {}, { epochs: 10, earlyStopping });
  expect(result).toMatchObject({ stopped: 'earlyStopping', history: { length: 3 } });
});

test('a loss that is no number ends training with epoch and step named; the best weights are kept', async () => {
  const { result, network } = await run(
    {},
    { optimizer: { type: 'sgd', learningRate: 1e30, momentum: 0, nesterov: false, weightDecay: 0 } },
    { learningRate: 1e30 },
  );
  expect(result.stopped).toBe('lossNotFinite');
  expect(result.error).toMatchObject({
    code: 'LOSS_NOT_FINITE',
    epoch: 1,
    message: expect.stringMatching(/epoch 1, step \d+/),
  });
  expect(weightsOf(network).every(Number.isFinite)).toBe(true);
});

test('a checkpoint of another network is refused', async () => {
  const checkpointFile = join(dir, 'checkpoint.safetensors');
  await run({ checkpointFile }, {}, { epochs: 1 });
  const learner = new Learner(smallNetwork(blocks['resnet']!), { train, val }, options);
  await expect(fit(learner, train.size, plan, { ...quiet, checkpointFile, resume: true })).rejects.toMatchObject({
    code: 'CHECKPOINT_UNUSABLE',
  });
  learner.dispose();
});

test('memory stays constant over epochs, and a run leaves only its network behind', async () => {
  const counts: number[] = [];
  const before = tf.memory().numTensors;
  const { network } = await run({ onEpochEnd: () => void counts.push(tf.memory().numTensors) });
  expect(new Set(counts.slice(1)).size).toBe(1);
  expect(tf.memory().numTensors - before).toBe(network.variables.length);
});
