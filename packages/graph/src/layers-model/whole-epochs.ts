import * as tf from '@tensorflow/tfjs';
import type { BatchFunction, CompilableModel, FitCallback, FitLoopArgs, ModelProgram } from './model-program.ts';

/** A graph of several batches may have about so many nodes: making larger ones takes longer than they save. */
const MAX_NODES = 1500;
const MAX_BATCHES = 16;
/** The event loop gets a turn so often. */
const YIELD_EVERY_MS = 50;

/**
 * Whether nobody looks between the batches of an epoch: no callback for batches, no progress bar (`verbose: 0`). Then several batches
 * can be one call.
 */
export function looksAtEpochsOnly([
  ,
  ,
  ,
  ,
  ,
  verbose,
  callbacks,
  ,
  ,
  shuffle,
  ,
  ,
  steps,
  testSteps,
]: FitLoopArgs): boolean {
  const isPlain = verbose === 0 && typeof shuffle !== 'string' && steps === null && testSteps === null;
  return isPlain && callbacks.every((callback) => !looksAtBatches(callback));
}

function looksAtBatches(callback: FitCallback): boolean {
  if (callback instanceof tf.CustomCallback) {
    const { batchBegin, batchEnd, yield: onYield, yieldEvery } = callback as unknown as Record<string, unknown>;
    return (
      [batchBegin, batchEnd, onYield].some((given) => given !== undefined && given !== null) || yieldEvery === 'batch'
    );
  }
  const none = tf.Callback.prototype as unknown as FitCallback;
  return callback.onBatchBegin !== none.onBatchBegin || callback.onBatchEnd !== none.onBatchEnd;
}

/**
 * tfjs's loop of `fit` with several batches in one call of a graph, which takes their rows from the whole data, and with the losses of an
 * epoch read once.
 */
export async function fitWholeEpochs(
  model: CompilableModel,
  program: ModelProgram,
  eager: BatchFunction,
  args: FitLoopArgs,
): Promise<tf.History> {
  const [, data, labels, batchSize = 32, epochs = 1, verbose, callbacks, test, testData, shuffle = true, metrics, initialEpoch = 0] = args; // prettier-ignore
  const samples = model.checkNumSamples(data, batchSize, null, 'steps_per_epoch');
  const rows = Int32Array.from({ length: samples }, (_, n) => n);
  const history = new tf.History();
  const list = new tf.CallbackList([...callbacks, history]);
  const isTested = Boolean(test && testData);
  list.setParams({
    epochs,
    initialEpoch,
    samples,
    steps: null,
    batchSize,
    verbose,
    doValidation: isTested,
    metrics,
  } as never);
  list.setModel(model as unknown as tf.LayersModel);
  model.history = history;
  await list.onTrainBegin();
  model.stopTraining_ = false;
  const train = program.trainRows(eager, batchSize);
  const perCall = batchesPerCall(program, eager, data, batchSize, samples);
  let yieldedMs = performance.now();
  for (let epoch = initialEpoch; epoch < epochs; epoch++) {
    await list.onEpochBegin(epoch);
    if (shuffle) tf.util.shuffle(rows as unknown as number[]);
    const totals = labels.map(() => 0);
    for (let start = 0; start < samples;) {
      const end = Math.min(samples, start + batchSize * (program.isSettled ? perCall : 1));
      const taken = tf.tensor1d(rows.subarray(start, end), 'int32');
      const results = train(data, taken);
      const values = results.dataSync();
      tf.dispose([taken, results]);
      for (let at = start, k = 0; at < end; at += batchSize, k += labels.length)
        totals.forEach((_, m) => (totals[m]! += values[k + m]! * Math.min(batchSize, end - at)));
      start = end;
      if (performance.now() - yieldedMs < YIELD_EVERY_MS) continue;
      await new Promise<void>((resolve) => setTimeout(resolve));
      yieldedMs = performance.now();
    }
    const logs: Record<string, number | tf.Scalar> = {};
    labels.forEach((label, m) => (logs[label] = totals[m]! / samples));
    if (test && testData) {
      const tested = tf.tidy(() => model.testLoop(test, testData, batchSize));
      labels.forEach((label, m) => (logs[`val_${label}`] = tf.keep(tested[m]!)));
    }
    await list.onEpochEnd(epoch, logs as never);
    if (model.stopTraining_) break;
  }
  await list.onTrainEnd();
  await history.syncData();
  return history;
}

/** Of an epoch in equal calls, so that there are few graphs. */
function batchesPerCall(
  program: ModelProgram,
  eager: BatchFunction,
  data: readonly (tf.Tensor | null)[],
  batchSize: number,
  samples: number,
): number {
  const most = Math.min(MAX_BATCHES, Math.floor(MAX_NODES / program.countNodes(eager, data)));
  if (most < 2) return 1;
  const batches = Math.ceil(samples / batchSize);
  return Math.ceil(batches / Math.ceil(batches / most));
}
