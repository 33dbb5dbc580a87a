import type { ExperimentConfig } from '@glyphlab/config';
import { imageSize, type ImageShape, percent, testMetric } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import * as draw from '@glyphlab/evaluation';
import type { Evaluation } from '@glyphlab/evaluation';
import { augment, type Augment, imageTable, stepRandom, takeRows } from '@glyphlab/nn';
import type { TrackedRun } from '@glyphlab/tracking';
import * as tf from '@tensorflow/tfjs';
import { terminal } from '../project/terminal.ts';
import type { TestResult } from '../run/evaluate-on-test.ts';
import type { Parts } from '../run/make-parts.ts';
import type { TrainingOutcome } from '../run/train.ts';
import { datasetRecord } from './dataset-record.ts';

/** Tag of a run: SHA-256 of the weights of its best epoch. */
export const WEIGHTS_TAG = 'glyphlab.weights';

interface Report {
  config: ExperimentConfig;
  dataset: Dataset;
  parts: Parts;
  /** Names the weights to the last bit. */
  weightsDigest: string;
  training: TrainingOutcome;
  /** Of the test split; undefined if training did not come to its end. */
  evaluation: TestResult | undefined;
  /** Undefined if there is no model. */
  modelDirectory: string | undefined;
}

/** Logs what came out: summary, model with its test metrics, tables and figures. */
export async function reportRun(run: TrackedRun, report: Report): Promise<void> {
  const { config, training, evaluation, modelDirectory } = report;
  run.setTags({
    'mlflow.note.content': describeRun(config, training, evaluation, report.dataset.notes),
    'glyphlab.stopped': training.stopped,
    [WEIGHTS_TAG]: report.weightsDigest,
  });
  run.logMetrics({ training_seconds: training.seconds, best_epoch: training.bestEpoch }, training.history.length);
  if (modelDirectory !== undefined) {
    const metrics = evaluation && {
      test_loss: evaluation.loss,
      test_accuracy: evaluation.accuracy,
      test_macro_f1: evaluation.macro.f1,
      test_expected_calibration_error: evaluation.calibration.expectedCalibrationError,
      ...Object.fromEntries(Object.entries(evaluation.others).map(([name, value]) => [testMetric(name), value])),
    };
    // What was cut off and never measured is no version that anyone should be given.
    const { register } = config.tracking;
    const { name, digest } = datasetRecord(report.dataset, 'test');
    run.logModel({
      directory: modelDirectory,
      name: 'model',
      step: training.bestEpoch,
      ...(metrics && { metrics, dataset: { name, digest }, ...(register && { register }) }),
    });
  }
  if (evaluation) {
    const { perClass } = evaluation;
    run.logTable('tables/per_class.json', {
      columns: ['class', 'precision', 'recall', 'f1', 'support'],
      data: perClass.map(({ name, precision, recall, f1, support }) => [name, precision, recall, f1, support]),
    });
    const images = { pixels: report.dataset.test.images, imageShape: report.dataset.imageShape };
    run.logBytes(await draw.encodePredictions(evaluation.predictions, images), draw.PREDICTIONS_FILE);
  }
  await drawFigures(run, report);
}

/** A figure that cannot be drawn is said, and costs only itself. */
async function drawFigures(run: TrackedRun, { config, dataset, parts, training, evaluation }: Report): Promise<void> {
  const history = training.history.map((metrics, k) => ({ epoch: k + 1, metrics }));
  const { bestEpoch } = training;
  const images = { pixels: dataset.test.images, imageShape: dataset.imageShape };
  const figures: Record<string, () => Promise<Uint8Array>> = {
    ...(history.length > 0 && {
      loss: () => draw.drawLossCurves(history, { bestEpoch }),
      accuracy: () => draw.drawAccuracyCurves(history, { bestEpoch }),
      learning_rate: () => draw.drawLearningRate(history),
    }),
    ...(evaluation && {
      confusion_matrix: () => draw.drawConfusionMatrix(evaluation),
      per_class: () => draw.drawClassMetrics(evaluation),
      reliability: () => draw.drawReliability(evaluation),
      mistakes: () => draw.drawMistakes(evaluation, images),
    }),
    training_images: () =>
      draw.drawImageGrid(augmentedSample(dataset, parts.augmentation, config.seed), {
        title: 'Training images as the network gets them',
      }),
  };
  const note = evaluation && draw.undrawableNote(dataset.classNames);
  if (note !== undefined) terminal.onMessage(note);
  const names = Object.keys(figures);
  for (const [k, name] of names.entries()) {
    terminal.onProgress({ label: 'Drawing figures', done: k, total: names.length });
    try {
      run.logBytes(await figures[name]!(), `figures/${name}.png`);
    } catch (error) {
      terminal.onMessage(
        `The figure ${name} could not be drawn: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/**
 * The run in markdown, for the top of its page in MLflow.
 * @param notes what a reader of the results should know of the data
 */
function describeRun(
  config: ExperimentConfig,
  training: TrainingOutcome,
  evaluation: Evaluation | undefined,
  notes: readonly string[],
): string {
  const { training: t, dataset, model, description } = config;
  const { history, bestEpoch, stopped, seconds } = training;
  const best = history[bestEpoch - 1];
  // MLflow shows the first lines only, and its tables have no room between columns.
  const result =
    evaluation &&
    `Test: **${percent(evaluation.accuracy)}** of ${evaluation.count.toLocaleString('en')} images, loss ${evaluation.loss.toFixed(4)}, macro F1 ${percent(evaluation.macro.f1)}`;
  const facts = [
    best &&
      `- Best epoch ${bestEpoch}: validation ${percent(best['val/accuracy']!)}, loss ${best['val/loss']!.toFixed(4)}`,
    `- ${model.type} on ${dataset.type}: ${history.length} of ${t.epochs} epochs, batch ${t.batchSize}, ${t.optimizer.type}; ${stopped} after ${seconds.toFixed(1)} s`,
  ];
  const warnings = notes.map((note) => `> **Note:** ${note}`);
  return [description, result, facts.filter(Boolean).join('\n'), ...warnings].filter(Boolean).join('\n\n');
}

const SAMPLE = 64;

/** Some training images after augmentation, for a figure; uint8 [n, h, w, c]. */
function augmentedSample(
  { train, imageShape }: Dataset,
  augmentation: readonly Augment[],
  seed: number,
): { pixels: Uint8Array; imageShape: ImageShape } {
  const size = Math.min(SAMPLE, train.size);
  const length = imageSize(imageShape);
  const sample = { images: new Uint8Array(size * length), labels: new Uint8Array(size), size };
  for (let k = 0; k < size; k++) {
    // From all over the split, which may be sorted by class.
    const row = Math.floor((k * train.size) / size);
    sample.images.set(train.images.subarray(row * length, (row + 1) * length), k * length);
  }
  const pixels = tf.tidy(() => {
    const { images } = takeRows(imageTable(sample, imageShape), tf.range(0, size, 1, 'int32'));
    const augmented = augment(images, augmentation, stepRandom(tf.tensor1d([seed, 1], 'int32')));
    return Uint8Array.from(tf.round(tf.clipByValue(augmented, 0, 255)).dataSync());
  });
  return { pixels, imageShape };
}
