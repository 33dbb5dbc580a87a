import type { ExperimentConfig } from '@glyphlab/config';
import type { Metric, Predictions } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { type Evaluation, evaluatePredictions } from '@glyphlab/evaluation';
import type { Augment } from '@glyphlab/nn';
import { type Network, predict } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import { disposeSource, imageSource } from './image-source.ts';
import type { Parts } from './make-parts.ts';
import type { TrainingOutcome } from './train.ts';

/** An evaluation with what else the configuration has measured, by name. */
export interface TestResult extends Evaluation {
  others: Readonly<Record<string, number>>;
  /** What the network said of each test image. */
  predictions: Predictions;
}

/** Results on the test split, read once and only after a training that came to its end. */
export async function evaluateOnTest(
  network: Network,
  dataset: Dataset,
  { evaluation, seed }: ExperimentConfig,
  { metrics, view }: Parts,
  training: TrainingOutcome,
  signal: AbortSignal,
): Promise<TestResult | undefined> {
  if (training.status !== 'FINISHED') return undefined;
  const { batchSize, testTimeAugmentation } = evaluation;
  const views = testTimeAugmentation && { views: testTimeAugmentation.views, change: view, seed };
  return evaluateNetwork(network, dataset, { batchSize, metrics, testTimeAugmentation: views, signal });
}

interface EvaluateOptions {
  batchSize: number;
  metrics?: readonly Metric[];
  testTimeAugmentation?: { views: number; change: readonly Augment[]; seed: number } | undefined;
  signal?: AbortSignal;
}

/** Predictions of the network on the test split, measured. */
export async function evaluateNetwork(
  network: Network,
  { test, imageShape, classNames }: Pick<Dataset, 'test' | 'imageShape' | 'classNames'>,
  { batchSize, metrics = [], testTimeAugmentation, signal }: EvaluateOptions,
): Promise<TestResult> {
  const table = imageSource(test, imageShape);
  try {
    const probabilities = await predict(network, table, {
      batchSize,
      testTimeAugmentation,
      onProgress: (done) => terminal.onProgress({ label: 'Evaluating', done, total: test.size, unit: 'images' }),
      ...(signal && { signal }),
    });
    const predictions = { labels: test.labels, probabilities, classNames };
    const others = metrics.map(({ name, measure }) => [name, measure(predictions)] as const);
    return { ...evaluatePredictions(predictions), others: Object.fromEntries(others), predictions };
  } finally {
    disposeSource(table);
  }
}
