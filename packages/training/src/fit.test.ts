import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Predictions } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { writeWhole } from '@glyphlab/core/whole-file';
import { adam, affine, sgd } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Callback } from './callbacks/callback.ts';
import { decodeSafetensors } from './checkpoint/safetensors.ts';
import { EarlyStopping } from './callbacks/early-stopping.ts';
import { fit, type FitHooks, type FitOptions, type FitResult } from './fit.ts';
import { Learner, type LearnerOptions } from './learner.ts';
import type { Network } from './network.ts';
import { predict } from './predict.ts';
import { ReduceLrOnPlateau } from './schedules/reduce-lr-on-plateau.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

// A disk that is full cannot be had; all other tests write really.
vi.mock('@glyphlab/core/whole-file', { spy: true });

const train = bars(200, 1);
const val = bars(40, 2);
const plan = (learningRate = 0.05): FitOptions => ({
  epochs: 4,
  schedule: new ReduceLrOnPlateau(
    { monitor: 'val/loss', mode: 'min', factor: 0.5, patience: 1, minDelta: 0, cooldown: 0, minLr: 0, warmupEpochs: 0 },
    learningRate,
  ),
  checkpoint: { monitor: 'val/loss', mode: 'min' },
  trainSize: train.size,
  valLabels: val.classes,
  classNames: ['a', 'b', 'c', 'd'],
});
const quiet: FitHooks = { sink: { logMetrics: () => {} } };
const options: LearnerOptions = {
  ...learnerOptions,
  augmentation: [(x, random) => affine(x, { rotation: 5, scale: 0.1, shear: 0, translate: 0.5 }, random)],
};

let dir: string;
beforeEach(() => void (dir = temporaryDirectory()));

const weightsOf = (network: Network): number[] => network.variables.flatMap((v) => [...v.dataSync()]);

async function run(
  hooks: Partial<FitHooks> = {},
  change: Partial<LearnerOptions> = {},
  fitChange: Partial<FitOptions> = {},
): Promise<{ result: FitResult; network: Network }> {
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train, val }, { ...options, ...change });
  const result = await fit(learner, { ...plan(), ...fitChange }, { ...quiet, ...hooks });
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
  ['the mean of the last epochs', { swa: { fromEpoch: 2 } }],
  ['watched layers, in towers', { watchLayers: 5, towers: 2 }],
  [
    'Adam with EMA and mixup',
    {
      createOptimizer: (weights) => adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 }, weights),
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
    const ctrlC: Callback = {
      onEpochEnd: ({ epoch }) => {
        if (epoch === 2) interruption.abort(new Error('Ctrl-C'));
      },
    };
    const first = await run({ checkpointFile, signal: interruption.signal }, change, { callbacks: { ctrlC } });
    expect(first.result).toMatchObject({ stopped: 'interrupted', history: { length: 2 } });
    const steps: number[] = [];
    const second = await run(
      {
        checkpointFile,
        resume: true,
        sink: { logMetrics: (metrics, step) => void ('val/loss' in metrics && steps.push(step)) },
      },
      change,
    );
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(numbers(second.result)).toEqual(numbers(whole.result));
    expect(weightsOf(second.network)).toEqual(weightsOf(whole.network));
  },
);

test('early stopping ends after its patience, with the best weights', async () => {
  const stopping = (): FitOptions['callbacks'] => ({
    stopping: new EarlyStopping({ monitor: 'val/loss', mode: 'min', patience: 2, minDelta: 10 }),
  });
  const checkpointFile = join(dir, 'checkpoint.safetensors');
  const { result } = await run({ checkpointFile }, {}, { epochs: 10, callbacks: stopping() });
  expect(result).toMatchObject({ stopped: 'earlyStopping', history: { length: 3 } });
  // Resumed, it is over at once.
  const again = await run({ checkpointFile, resume: true }, {}, { epochs: 10, callbacks: stopping() });
  expect(again.result).toMatchObject({ stopped: 'earlyStopping', history: { length: 3 } });
});

test('a loss that is no number ends training with epoch and step named; the best weights are kept', async () => {
  const { result, network } = await run(
    {},
    { createOptimizer: (weights) => sgd({ momentum: 0, nesterov: false, weightDecay: 0 }, weights) },
    { schedule: { lrAt: () => 1e30 } },
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
  await expect(fit(learner, plan(), { ...quiet, checkpointFile, resume: true })).rejects.toMatchObject({
    code: 'CHECKPOINT_UNUSABLE',
  });
  learner.dispose();
});

test('memory stays constant over epochs, and a run leaves only its network behind', async () => {
  const counts: number[] = [];
  const before = tf.memory().numTensors;
  const { network } = await run(
    {},
    {},
    { callbacks: { count: { onEpochEnd: () => void counts.push(tf.memory().numTensors) } } },
  );
  expect(new Set(counts.slice(1)).size).toBe(1);
  expect(tf.memory().numTensors - before).toBe(network.variables.length);
});

/** Stops after three epochs in all, which it counts itself. */
class StopAfterThree implements Callback {
  calls: string[] = [];
  #epochs = 0;

  onTrainBegin = ({ epoch }: { epoch: number }): void => void this.calls.push(`begin ${epoch}`);
  onEpochEnd = (): 'stop' | undefined => {
    this.calls.push(`epoch ${++this.#epochs}`);
    return this.#epochs === 3 ? 'stop' : undefined;
  };
  onTrainEnd = ({ epoch, stopped }: { epoch: number; stopped: string }): void =>
    void this.calls.push(`end ${epoch} ${stopped}`);
  state = (): number => this.#epochs;
  restore = (state: unknown): void => void (this.#epochs = state as number);
}

test('a callback that counts on goes on counting in a resumed run, and stops it where it would have stopped the whole', async () => {
  const whole = new StopAfterThree();
  const { result, network } = await run({}, {}, { epochs: 10, callbacks: { whole } });
  expect(result).toMatchObject({ stopped: 'earlyStopping', history: { length: 3 } });
  expect(whole.calls).toEqual(['begin 0', 'epoch 1', 'epoch 2', 'epoch 3', 'end 3 earlyStopping']);

  const checkpointFile = join(dir, 'checkpoint.safetensors');
  const interruption = new AbortController();
  const first = new StopAfterThree();
  const ctrlC: Callback = { onEpochEnd: () => interruption.abort(new Error('Ctrl-C')) };
  await run({ checkpointFile, signal: interruption.signal }, {}, { epochs: 10, callbacks: { counter: first, ctrlC } });
  expect(first.calls).toEqual(['begin 0', 'epoch 1', 'end 1 interrupted']);
  for (const calls of [
    ['begin 1', 'epoch 2', 'epoch 3', 'end 3 earlyStopping'],
    ['begin 3', 'end 3 earlyStopping'],
  ]) {
    const counter = new StopAfterThree();
    const resumed = await run({ checkpointFile, resume: true }, {}, { epochs: 10, callbacks: { counter } });
    expect(counter.calls).toEqual(calls);
    expect(numbers(resumed.result)).toEqual(numbers(result));
    expect(weightsOf(resumed.network)).toEqual(weightsOf(network));
  }
});

test('metrics beside loss and accuracy are measured on the validation images, and may say which epoch is the best', async () => {
  const seen: number[] = [];
  const measure = ({ labels, probabilities, classNames }: Predictions): number => {
    seen.push(labels.length, probabilities.length, classNames.length);
    return -seen.length;
  };
  const checkpoint = { monitor: 'val/sinking', mode: 'max' } as const;
  const { result } = await run({}, {}, { metrics: [{ name: 'sinking', measure }], checkpoint });
  expect(seen.slice(0, 3)).toEqual([40, 160, 4]);
  expect(result.history.map((metrics) => metrics['val/sinking'])).toEqual([-3, -6, -9, -12]);
  expect(result.bestEpoch).toBe(1);
});

test('a validation loss that is no number ends training, and the epoch is named', async () => {
  // The first weights are good enough for a loss; those after one step of this size are not.
  const { result } = await run({}, { batchSize: 200 }, { epochs: 1, schedule: { lrAt: () => 1e38 } });
  expect(result).toMatchObject({ stopped: 'lossNotFinite', bestEpoch: 0, history: [] });
  expect(result.error).toMatchObject({ code: 'LOSS_NOT_FINITE', message: expect.stringContaining('after epoch 1') });
});

test('a training of which no epoch is the best has failed: its weights are those it began with', async () => {
  const metrics = [{ name: 'odd', measure: () => NaN }];
  const checkpoint = { monitor: 'val/odd', mode: 'max' } as const;
  await expect(run({}, {}, { epochs: 2, metrics, checkpoint })).rejects.toMatchObject({
    code: 'TRAINING_NO_BEST_EPOCH',
    kind: 'failed',
    message: expect.stringContaining('val/odd') as string,
  });
  const later = vi.fn().mockReturnValueOnce(NaN).mockReturnValue(1);
  const { result } = await run({}, {}, { epochs: 2, metrics: [{ name: 'odd', measure: later }], checkpoint });
  expect(result).toMatchObject({ stopped: 'completed', bestEpoch: 2 });
});

test('an epoch whose metrics are logged has a checkpoint, and a callback is told when both are there', async () => {
  const checkpointFile = join(dir, 'checkpoint.safetensors');
  const order: string[] = [];
  const saved = (): unknown =>
    (JSON.parse(decodeSafetensors(readFileSync(checkpointFile)).metadata['state']!) as { epoch: number }).epoch;
  await run(
    { checkpointFile, sink: { logMetrics: (_, step) => void order.push(`logged ${step}, saved ${saved()}`) } },
    {},
    { epochs: 2, callbacks: { journal: { onEpochLogged: (epoch) => void order.push(`told ${epoch}`) } } },
  );
  expect(order).toEqual(['logged 1, saved 1', 'told 1', 'logged 2, saved 2', 'told 2']);
});

test('where no checkpoint can be written, training goes on and says so', async () => {
  const messages: string[] = [];
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  vi.mocked(writeWhole).mockRejectedValue(full);
  const { result } = await run({
    checkpointFile: join(dir, 'checkpoint.safetensors'),
    onMessage: (text) => void messages.push(text),
  });
  expect(result).toMatchObject({ stopped: 'completed', history: { length: 4 } });
  expect(messages[0]).toContain('ENOSPC');
  vi.mocked(writeWhole).mockRestore();
});
