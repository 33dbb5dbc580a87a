import type { Dataset } from '@glyphlab/data';
import type { EndStatus, TrackedRun } from '@glyphlab/tracking';
import { fit, type FitResult, Learner, type Network, planPhases } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import { checkpointFile } from '../project/workspace.ts';
import { EpochPrinter } from '../report/epoch-printer.ts';
import { MistakePanels } from '../report/mistake-panels.ts';
import { disposeSource, imageSource } from './image-source.ts';
import type { Parts } from './make-parts.ts';
import type { SettledConfig } from './settle-config.ts';

/** Seconds from the start of the process, or of the one that resumed the run, to its first update of the weights. */
const FIRST_STEP_TAG = 'glyphlab.first_step_seconds';

/** How training went, and how its run is to end. */
export interface TrainingOutcome extends FitResult {
  status: EndStatus;
  seconds: number;
}

/**
 * Trains the network; afterwards it has the weights of its best epoch.
 *
 * @param resume whether it goes on from the run's checkpoint: a run that was cut off before it had one starts from the beginning
 */
export async function train(
  network: Network,
  dataset: Dataset,
  config: SettledConfig,
  parts: Parts,
  run: TrackedRun,
  signal: AbortSignal,
  resume: boolean,
): Promise<TrainingOutcome> {
  const { training, tracking } = config;
  const start = performance.now();
  const { learner, close } = openLearner(network, dataset, config, parts);
  const checkpoint = checkpointFile(run.directory);
  try {
    const result = await fit(
      learner,
      {
        ...training,
        ...parts,
        trainSize: dataset.train.size,
        valLabels: dataset.val.labels,
        classNames: dataset.classNames,
        callbacks: {
          ...parts.callbacks,
          printer: new EpochPrinter(training.epochs, dataset.train.size),
          panels: new MistakePanels(run, dataset, training.epochs, tracking.mistakePanels),
          journal: { onEpochLogged: () => run.flush() },
        },
      },
      {
        sink: run,
        checkpointFile: checkpoint,
        resume,
        keepStart: config.model.from !== undefined,
        onMessage: terminal.onMessage,
        onFirstStep: () => run.setTags({ [FIRST_STEP_TAG]: process.uptime().toFixed(2) }),
        signal,
      },
    );
    const status = (
      { completed: 'FINISHED', earlyStopping: 'FINISHED', interrupted: 'KILLED', lossNotFinite: 'FAILED' } as const
    )[result.stopped];
    return { ...result, status, seconds: (performance.now() - start) / 1000 };
  } finally {
    close();
  }
}

/** A learner on the images of a dataset, and what frees both. */
export function openLearner(
  network: Network,
  dataset: Dataset,
  { training, evaluation, seed, tracking, dataset: { sampling } }: SettledConfig,
  parts: Parts,
): { learner: Learner; close(): void } {
  const [train, val] = [imageSource(dataset.train, dataset.imageShape), imageSource(dataset.val, dataset.imageShape)];
  const learner = new Learner(
    network,
    { train, val },
    {
      ...training,
      ...parts,
      phases: planPhases(network.model, training),
      seed,
      sampling,
      swa: training.swa && { fromEpoch: training.epochs - training.swa.lastEpochs + 1 },
      evaluationBatchSize: evaluation.batchSize,
      watchLayers: tracking.layers,
    },
  );
  const close = (): void => {
    learner.dispose();
    for (const source of [train, val]) disposeSource(source);
  };
  return { learner, close };
}
