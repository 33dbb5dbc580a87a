import {
  GlyphlabError,
  type Labels,
  type Metric,
  type MetricSink,
  type Monitor,
  type Predictions,
} from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import type { Callback, TrainEnd } from './callbacks/callback.ts';
import { CallbackList } from './callbacks/callback-list.ts';
import { MonitoredMetric } from './callbacks/monitored-metric.ts';
import { keepCheckpoint, loadCheckpoint, type TrainingState } from './checkpoint/checkpoint.ts';
import type { Learner } from './learner.ts';
import { LossNotFiniteError } from './loss-not-finite.ts';
import type { Schedule } from './schedules/schedule.ts';

export interface FitOptions {
  epochs: number;
  schedule: Schedule;
  /** Which epoch is the best. */
  checkpoint: Monitor;
  /** What is measured on the validation images after each epoch, beside loss and accuracy. */
  metrics?: readonly Metric[];
  /** By the names that their states are kept under. */
  callbacks?: Readonly<Record<string, Callback>>;
  /** Number of training images. */
  trainSize: number;
  /** Class numbers of the validation images. */
  valLabels: Labels;
  classNames: readonly string[];
}

export interface FitHooks {
  /** Gets each epoch's metrics, with the epoch as step; those of watched layers with the update of the weights as step. */
  sink: MetricSink;
  /** Where the state is kept after each epoch; without it nothing is. */
  checkpointFile?: string;
  /** Also keeps the state before the first epoch: what a network started from may be gone when it is resumed. */
  keepStart?: boolean;
  /** Goes on from the checkpoint file instead of starting. */
  resume?: boolean;
  onMessage?: (text: string) => void;
  /** Called once, after the first update of the weights. Must be quick. */
  onFirstStep?: () => void;
  signal?: AbortSignal;
}

export interface FitResult {
  /** Metrics of each epoch, from the first, those before a resume included. */
  history: Record<string, number>[];
  /** From 1; 0 if no epoch came to its end. */
  bestEpoch: number;
  stopped: Exclude<TrainEnd['stopped'], 'failed'>;
  /** What ended it, if not the plan. */
  error?: unknown;
}

/**
 * Trains epoch by epoch. Afterwards the network's variables hold the weights of the best epoch, however training ended.
 *
 * Metrics of an epoch: `train/loss`, `train/accuracy`, `val/loss`, `val/accuracy`, `val/` of the other metrics, `lr` (at its end),
 * `images_per_second` (of the training part), `epoch_seconds`, and `input_wait_seconds` where images are read from disk.
 *
 * @throws GlyphlabError TRAINING_NO_BEST_EPOCH if the metric that says which epoch is the best was no number after any of them
 */
export async function fit(learner: Learner, options: FitOptions, hooks: FitHooks): Promise<FitResult> {
  const { network, slots, averaging } = learner;
  const { averages } = averaging;
  const { schedule, metrics: measured = [], classNames, valLabels } = options;
  const best = new MonitoredMetric(options.checkpoint);
  const callbacks = new CallbackList({ schedule, ...options.callbacks });
  const bestWeights = network.variables.map((v) => tf.variable(v, false));
  const groups = { weights: network.variables, slots, averages, best: bestWeights };

  let state: TrainingState = { epoch: 0, iteration: 0, bestEpoch: 0, history: [], parts: {} };
  if (hooks.resume) {
    state = await loadCheckpoint(hooks.checkpointFile!, groups);
    best.restore(state.parts['best']!);
    callbacks.restore(state.parts);
    learner.iteration = state.iteration;
    learner.push();
    // A crash may have come between the checkpoint and the log; the sink leaves out what it has.
    state.history.forEach((metrics, k) => hooks.sink.logMetrics(metrics, k + 1));
  } else if (hooks.keepStart && hooks.checkpointFile) {
    state = { ...state, parts: { best: best.state(), ...callbacks.states() } };
    await keepCheckpoint(hooks.checkpointFile, state, groups, hooks.onMessage);
  }

  let tellFirstStep = hooks.onFirstStep;
  let stopped: TrainEnd['stopped'] = 'failed';
  let error: unknown;
  try {
    let stopper = (await callbacks.onTrainBegin({ epoch: state.epoch, validate })) ?? state.stoppedBy;
    while (state.epoch < options.epochs && stopper === undefined) {
      const { metrics, isBest } = await runEpoch(state.epoch + 1);
      const epoch = state.epoch + 1;
      const history = [...state.history, metrics];
      state = { ...state, epoch, iteration: learner.iteration, bestEpoch: isBest ? epoch : state.bestEpoch, history };
      stopper = await callbacks.onEpochEnd({ epoch, metrics, isBest, validation: predictions() });
      state = { ...state, stoppedBy: stopper, parts: { best: best.state(), ...callbacks.states() } };
      learner.pull();
      if (hooks.checkpointFile) await keepCheckpoint(hooks.checkpointFile, state, groups, hooks.onMessage);
      // Whoever sees an epoch's metrics may count on its checkpoint.
      hooks.sink.logMetrics(metrics, epoch);
      await callbacks.onEpochLogged(epoch);
    }
    if (state.epoch > 0 && state.bestEpoch === 0) throw noBestEpoch(options.checkpoint.monitor);
    stopped = state.epoch < options.epochs ? 'earlyStopping' : 'completed';
  } catch (thrown) {
    error = thrown;
    if (thrown instanceof LossNotFiniteError) stopped = 'lossNotFinite';
    else if (hooks.signal?.aborted) stopped = 'interrupted';
    else throw thrown;
  } finally {
    network.variables.forEach((v, k) => v.assign(bestWeights[k]!));
    tf.dispose(bestWeights);
    await callbacks.onTrainEnd({ epoch: state.epoch, stopped });
  }
  return { history: state.history, bestEpoch: state.bestEpoch, stopped, error };

  /** What the last validation gave the first `size` images. */
  function predictions(size = valLabels.length): Predictions {
    const probabilities = learner.valProbabilities.subarray(0, size * network.numClasses);
    return { labels: valLabels.subarray(0, size), probabilities, classNames };
  }

  async function validate(most = Infinity): Promise<Predictions> {
    averaging.swap();
    await learner.validate(hooks.signal, most);
    averaging.swap();
    return predictions(Math.min(most, valLabels.length));
  }

  async function runEpoch(epoch: number): Promise<{ metrics: Record<string, number>; isBest: boolean }> {
    const start = performance.now();
    const waitedBefore = learner.waitedSeconds ?? 0;
    const train = await learner.trainEpoch({
      epoch,
      lrAt: (progress) => schedule.lrAt(progress),
      onProgress: (images, loss) => callbacks.onProgress({ epoch, images, loss }),
      onStep: () => {
        tellFirstStep?.();
        return (tellFirstStep = undefined);
      },
      onLayers: (metrics, iteration) => hooks.sink.logMetrics(metrics, iteration),
      signal: hooks.signal,
    });
    const { waitedSeconds } = learner;
    const trainSeconds = (performance.now() - start) / 1000;
    await averaging.show(epoch, hooks.signal);
    const val = await learner.validate(hooks.signal);
    if (!Number.isFinite(val.loss)) throw new LossNotFiniteError(val.loss, epoch);
    const metrics = {
      'train/loss': train.loss,
      'train/accuracy': train.accuracy,
      'val/loss': val.loss,
      'val/accuracy': val.accuracy,
      ...Object.fromEntries(measured.map(({ name, measure }) => [`val/${name}`, measure(predictions())])),
      lr: schedule.lrAt(epoch - 1e-6),
      images_per_second: options.trainSize / trainSeconds,
      epoch_seconds: (performance.now() - start) / 1000,
      ...(waitedSeconds !== undefined && { input_wait_seconds: waitedSeconds - waitedBefore }),
    };
    const isBest = best.update(metrics);
    if (isBest) {
      learner.pull();
      bestWeights.forEach((weight, k) => weight.assign(network.variables[k]!));
    }
    averaging.swap();
    return { metrics, isBest };
  }
}

/** Without one the network would be left with the weights it began with, and be measured as if it had learnt. */
const noBestEpoch = (monitor: string): GlyphlabError =>
  new GlyphlabError('TRAINING_NO_BEST_EPOCH', `No epoch is the best: ${monitor} was not a number after any of them.`, {
    where: 'training.checkpoint.monitor',
    hint: 'Choose by another metric, as val/loss, or mend what measures this one.',
  });
