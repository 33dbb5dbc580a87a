import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentConfig } from '@glyphlab/config';
import type { Dataset } from '@glyphlab/data';
import { imageTable, resolveTowers } from '@glyphlab/nn';
import type { EndStatus, TrackedRun } from '@glyphlab/tracking';
import { fit, type FitResult, Learner, type Network } from '@glyphlab/training';
import { EpochPrinter } from '../report/epoch-printer.ts';
import { MistakePanels } from '../report/mistake-panels.ts';

/** How training went, and how its run is to end. */
export interface TrainingOutcome extends FitResult {
  status: EndStatus;
  seconds: number;
}

/** Trains the network; afterwards it has the weights of its best epoch. */
export async function train(
  network: Network,
  dataset: Dataset,
  config: ExperimentConfig,
  run: TrackedRun,
  signal: AbortSignal,
  resume: boolean,
): Promise<TrainingOutcome> {
  const { training, evaluation, augmentation, seed, tracking } = config;
  const start = performance.now();
  const [trainTable, valTable] = [
    imageTable(dataset.train, dataset.imageShape),
    imageTable(dataset.val, dataset.imageShape),
  ];
  const learner = new Learner(
    network,
    { train: trainTable, val: valTable },
    {
      ...training,
      towers: resolveTowers(training.towers, training.threads),
      augmentation,
      seed,
      evaluationBatchSize: evaluation.batchSize,
    },
  );
  const checkpointFile = join(run.directory, 'checkpoint.safetensors');
  const printer = new EpochPrinter(training.epochs, dataset.train.size);
  const panels = new MistakePanels(run, dataset, training.epochs, tracking.mistakePanels);
  try {
    if (!resume) await panels.beforeTraining(learner, evaluation.batchSize);
    const result = await fit(
      learner,
      dataset.train.size,
      { ...training, learningRate: training.optimizer.learningRate },
      {
        sink: run,
        checkpointFile,
        // A run that was cut off before its first epoch ended starts from the beginning.
        resume: resume && existsSync(checkpointFile),
        signal,
        onProgress: (progress) => printer.onProgress(progress),
        onEpochEnd: async (epoch, metrics, isBest) => {
          printer.onEpochEnd(epoch, metrics, isBest);
          panels.onEpochEnd(epoch, learner.valProbabilities);
          await run.flush();
        },
      },
    );
    const status = (
      { completed: 'FINISHED', earlyStopping: 'FINISHED', interrupted: 'KILLED', lossNotFinite: 'FAILED' } as const
    )[result.stopped];
    return { ...result, status, seconds: (performance.now() - start) / 1000 };
  } finally {
    await panels.drawn();
    learner.dispose();
    for (const { images, labels } of [trainTable, valTable]) [images, labels].forEach((tensor) => tensor.dispose());
  }
}
