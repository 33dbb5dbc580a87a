import { join } from 'node:path';
import { type Augment, crossEntropyLoss, imageTable, sgd } from '@glyphlab/nn';
import type { TrackedRun } from '@glyphlab/tracking';
import { type Callback, fit, type FitOptions, Learner } from '@glyphlab/training';
import type { Precision } from './contestants.ts';
import type { Digits } from './digits.ts';
import { reportNetwork } from './report-network.ts';

export interface PacedFitOptions {
  batch: number;
  precision: Precision;
  towers: number;
  augmentation: readonly Augment[];
  onProgress?: Callback['onProgress'];
}

/** A training that does one epoch each time it is asked, and waits in between. */
export interface PacedFit {
  /** @returns the metrics of the epoch as `fit` gives them */
  nextEpoch(): Promise<Readonly<Record<string, number>>>;
}

type Metrics = Readonly<Record<string, number>>;

/** Starts the product's own epoch loop, with checkpoints and metrics in the run's journal; the first epoch waits to be asked for. */
export function startPacedFit(
  { train, val, imageShape }: Digits,
  { batch, onProgress, ...options }: PacedFitOptions,
  run: Pick<TrackedRun, 'directory' | 'logMetrics' | 'flush'>,
): PacedFit {
  const learner = new Learner(
    reportNetwork(imageShape),
    { train: imageTable(train, imageShape), val: imageTable(val, imageShape) },
    {
      ...options,
      seed: 1,
      batchSize: batch,
      evaluationBatchSize: 250,
      createOptimizer: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
      loss: crossEntropyLoss(0, undefined),
    },
  );
  let ended: Metrics = {};
  const waiting: Callback = {
    ...(onProgress && { onProgress }),
    onEpochEnd: ({ metrics }) => void (ended = metrics),
    onEpochLogged: async () => {
      await run.flush();
      resolve(ended);
      await new Promise<void>((asked) => (goOn = asked));
    },
  };
  const plan: FitOptions = {
    epochs: Number.MAX_SAFE_INTEGER,
    schedule: { lrAt: () => 0.01 },
    checkpoint: { monitor: 'val/loss', mode: 'min' },
    callbacks: { waiting },
    trainSize: train.size,
    valLabels: val.labels,
    classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
  let resolve: (metrics: Metrics) => void;
  let reject: (error: unknown) => void;
  let goOn = (): void => {
    fit(learner, plan, {
      sink: run,
      checkpointFile: join(run.directory, `checkpoint-${batch}.safetensors`),
    }).catch((error: unknown) => reject(error));
  };
  return {
    nextEpoch: () =>
      new Promise((epochEnded, failed) => {
        [resolve, reject] = [epochEnded, failed];
        goOn();
      }),
  };
}
