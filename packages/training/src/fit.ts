import type { MetricSink } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from './checkpoint/checkpoint.ts';
import { LossNotFiniteError } from './errors.ts';
import type { Learner } from './learner.ts';
import { type Monitor, MonitoredMetric } from './callbacks/monitor.ts';
import { createSchedule, type ScheduleOptions } from './schedules/schedules.ts';

export interface FitOptions {
  epochs: number;
  learningRate: number;
  schedule: ScheduleOptions;
  /** Which epoch is the best. */
  checkpoint: Monitor;
  earlyStopping?: (Monitor & { patience: number; minDelta: number }) | undefined;
}

export interface FitHooks {
  /** Gets each epoch's metrics, with the epoch as step. */
  sink: MetricSink;
  /** Where the state is kept after each epoch; without it nothing is. */
  checkpointFile?: string;
  /** Goes on from the checkpoint file instead of starting. */
  resume?: boolean;
  onProgress?: (progress: { epoch: number; images: number; loss: number }) => void;
  onEpochEnd?: (epoch: number, metrics: Readonly<Record<string, number>>, isBest: boolean) => void | Promise<void>;
  signal?: AbortSignal;
}

export interface FitResult {
  /** Metrics of each epoch, from the first, those before a resume included. */
  history: Record<string, number>[];
  /** From 1; 0 if no epoch came to its end. */
  bestEpoch: number;
  stopped: 'completed' | 'earlyStopping' | 'interrupted' | 'lossNotFinite';
  /** What ended it, if not the plan. */
  error?: unknown;
}

/**
 * Trains epoch by epoch. Afterwards the network's variables hold the weights of the best epoch, however training ended.
 *
 * Metrics of an epoch: `train/loss`, `train/accuracy`, `val/loss`, `val/accuracy`, `lr` (at its end), `images_per_second` (of the
 * training part) and `epoch_seconds`.
 */
export async function fit(
  learner: Learner,
  trainSize: number,
  options: FitOptions,
  hooks: FitHooks,
): Promise<FitResult> {
  const { network, slots, averages } = learner;
  const schedule = createSchedule(options.schedule, options.learningRate, options.epochs);
  const best = new MonitoredMetric(options.checkpoint);
  const stopping = options.earlyStopping && new MonitoredMetric(options.earlyStopping);
  const bestWeights = network.variables.map((v) => tf.variable(v, false));
  const groups = { weights: network.variables, slots, averages, best: bestWeights };

  let state: TrainingState = { epoch: 0, iteration: 0, bestEpoch: 0, history: [], parts: {} };
  if (hooks.resume) {
    state = await loadCheckpoint(hooks.checkpointFile!, groups);
    schedule.restore(state.parts['schedule']!);
    best.restore(state.parts['best']!);
    stopping?.restore(state.parts['stopping']!);
    learner.iteration = state.iteration;
    learner.push();
    // A crash may have come between the checkpoint and the log; the sink leaves out what it has.
    state.history.forEach((metrics, k) => hooks.sink.logMetrics(metrics, k + 1));
  }

  let stopped: FitResult['stopped'] = 'completed';
  let error: unknown;
  const patienceIsOver = (): boolean =>
    stopping !== undefined && stopping.epochsWithout > 0 && stopping.epochsWithout >= options.earlyStopping!.patience;
  try {
    while (state.epoch < options.epochs && !patienceIsOver()) {
      const { metrics, isBest } = await runEpoch(state.epoch + 1);
      schedule.onEpochEnd(state.epoch + 1, metrics);
      stopping?.update(metrics);
      state = {
        epoch: state.epoch + 1,
        iteration: learner.iteration,
        bestEpoch: isBest ? state.epoch + 1 : state.bestEpoch,
        history: [...state.history, metrics],
        parts: { schedule: schedule.state(), best: best.state(), ...(stopping && { stopping: stopping.state() }) },
      };
      learner.pull();
      if (hooks.checkpointFile) await saveCheckpoint(hooks.checkpointFile, state, groups);
      hooks.sink.logMetrics(metrics, state.epoch);
      await hooks.onEpochEnd?.(state.epoch, metrics, isBest);
    }
    if (state.epoch < options.epochs) stopped = 'earlyStopping';
  } catch (thrown) {
    error = thrown;
    if (thrown instanceof LossNotFiniteError) stopped = 'lossNotFinite';
    else if (hooks.signal?.aborted) stopped = 'interrupted';
    else throw thrown;
  } finally {
    network.variables.forEach((v, k) => v.assign(bestWeights[k]!));
    tf.dispose(bestWeights);
  }
  return { history: state.history, bestEpoch: state.bestEpoch, stopped, error };

  async function runEpoch(epoch: number): Promise<{ metrics: Record<string, number>; isBest: boolean }> {
    const start = performance.now();
    const train = await learner.trainEpoch({
      epoch,
      lrAt: (progress) => schedule.lrAt(progress),
      onProgress: hooks.onProgress && ((images, loss) => hooks.onProgress!({ epoch, images, loss })),
      signal: hooks.signal,
    });
    const trainSeconds = (performance.now() - start) / 1000;
    learner.swapAverages();
    const val = await learner.validate(hooks.signal);
    const metrics = {
      'train/loss': train.loss,
      'train/accuracy': train.accuracy,
      'val/loss': val.loss,
      'val/accuracy': val.accuracy,
      lr: schedule.lrAt(epoch - 1e-6),
      images_per_second: trainSize / trainSeconds,
      epoch_seconds: (performance.now() - start) / 1000,
    };
    const isBest = best.update(metrics);
    if (isBest) {
      learner.pull();
      bestWeights.forEach((weight, k) => weight.assign(network.variables[k]!));
    }
    learner.swapAverages();
    return { metrics, isBest };
  }
}
