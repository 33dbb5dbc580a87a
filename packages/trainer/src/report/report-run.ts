import type { ExperimentConfig } from '@glyphlab/config';
import { type ImageShape, percent, testMetric } from '@glyphlab/core';
import { type Dataset, pixelsOf } from '@glyphlab/data';
import * as draw from '@glyphlab/evaluation';
import type { Evaluation } from '@glyphlab/evaluation';
import { augment, type Augment, imageTable, stepRandom, takeRows } from '@glyphlab/nn';
import type { TrackedRun } from '@glyphlab/tracking';
import * as tf from '@tensorflow/tfjs';
import { dataTable, drawData } from './data-figure.ts';
import { drawEach, evaluationFigures, type Figures, perClassTable, splitImages } from './evaluation-report.ts';
import { terminal } from '../project/terminal.ts';
import type { TestResult } from '../run/evaluate-on-test.ts';
import type { Parts } from '../run/make-parts.ts';
import type { TrainingOutcome } from '../run/train.ts';
import { datasetRecord } from './dataset-record.ts';
import { WEIGHTS_TAG } from './weights-tag.ts';

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
    run.logTable('tables/per_class.json', perClassTable(evaluation));
    const { test, imageShape } = report.dataset;
    const images = splitImages(test, imageShape);
    run.logBytes(await draw.encodePredictions(evaluation.predictions, images), draw.PREDICTIONS_FILE);
    if (config.dataset.fold)
      run.logBytes(await draw.encodeProbabilities(evaluation.predictions), draw.OUT_OF_FOLD_FILE);
  }
  run.logTable('tables/data.json', dataTable(report.dataset));
  await drawFigures(run, report);
}

async function drawFigures(run: TrackedRun, { config, dataset, parts, training, evaluation }: Report): Promise<void> {
  const history = training.history.map((metrics, k) => ({ epoch: k + 1, metrics }));
  const { bestEpoch } = training;
  const figures: Figures = {
    ...(history.length > 0 && {
      loss: () => draw.drawLossCurves(history, { bestEpoch }),
      accuracy: () => draw.drawAccuracyCurves(history, { bestEpoch }),
      learning_rate: () => draw.drawLearningRate(history),
    }),
    ...(evaluation && evaluationFigures(evaluation, dataset.test, dataset.imageShape)),
    data: () => drawData(dataset),
    training_images: async () =>
      draw.drawImageGrid(await augmentedSample(dataset, parts.augmentation, config.seed), {
        title: 'Training images as the network gets them',
      }),
  };
  const note = evaluation && draw.undrawableNote(dataset.classNames);
  if (note !== undefined) terminal.onMessage(note);
  await drawEach(figures, (png, name) => run.logBytes(png, `figures/${name}.png`));
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
async function augmentedSample(
  { train, imageShape }: Dataset,
  augmentation: readonly Augment[],
  seed: number,
): Promise<{ pixels: Uint8Array; imageShape: ImageShape }> {
  const size = Math.min(SAMPLE, train.size);
  // From all over the split, which may be sorted by class.
  const rows = Array.from({ length: size }, (_, k) => Math.floor((k * train.size) / size));
  const sample = { images: pixelsOf(train, rows), labels: new Uint8Array(size), size };
  const values = tf.tidy(() => {
    const { images } = takeRows(imageTable(sample, imageShape), tf.range(0, size, 1, 'int32'));
    const augmented = augment(images, augmentation, stepRandom(tf.tensor1d([seed, 1], 'int32')));
    return tf.round(tf.clipByValue(augmented, 0, 255));
  });
  const pixels = Uint8Array.from(await values.data());
  values.dispose();
  return { pixels, imageShape };
}
