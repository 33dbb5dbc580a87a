import type { ExperimentConfig } from '@glyphlab/config';
import type { Dataset } from '@glyphlab/data';
import { type Evaluation, evaluatePredictions } from '@glyphlab/evaluation';
import { imageTable } from '@glyphlab/nn';
import { type Network, predict } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import type { TrainingOutcome } from './train.ts';

/** Results on the test split, read once and only after a training that came to its end. */
export async function evaluateOnTest(
  network: Network,
  dataset: Dataset,
  config: ExperimentConfig,
  training: TrainingOutcome,
  signal: AbortSignal,
): Promise<Evaluation | undefined> {
  if (training.status !== 'FINISHED') return undefined;
  return evaluateNetwork(network, dataset, { ...config.evaluation, seed: config.seed, signal });
}

interface EvaluateOptions {
  batchSize: number;
  seed: number;
  testTimeAugmentation?: ExperimentConfig['evaluation']['testTimeAugmentation'];
  signal?: AbortSignal;
}

/** Predictions of the network on the test split, measured. */
export async function evaluateNetwork(
  network: Network,
  { test, imageShape, classNames }: Pick<Dataset, 'test' | 'imageShape' | 'classNames'>,
  { batchSize, seed, testTimeAugmentation: tta, signal }: EvaluateOptions,
): Promise<Evaluation> {
  const table = imageTable(test, imageShape);
  try {
    const probabilities = await predict(network, table, {
      batchSize,
      testTimeAugmentation: tta && { views: tta.views, change: [{ type: 'affine', ...tta }], seed },
      onProgress: (done) => terminal.onProgress({ label: 'Evaluating', done, total: test.size, unit: 'images' }),
      ...(signal && { signal }),
    });
    return evaluatePredictions({ labels: test.labels, probabilities, classNames });
  } finally {
    table.images.dispose();
    table.labels.dispose();
  }
}
