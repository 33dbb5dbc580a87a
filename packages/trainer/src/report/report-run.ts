import type { ExperimentConfig } from '@glyphlab/config';
import type { Dataset } from '@glyphlab/data';
import * as draw from '@glyphlab/evaluation';
import type { TrackedRun } from '@glyphlab/tracking';
import { augmentedSample } from './augmented-sample.ts';
import { datasetRecord } from './dataset-record.ts';
import { describeRun } from './describe-run.ts';
import { terminal } from '../project/terminal.ts';
import type { TestResult } from '../run/evaluate-on-test.ts';
import type { Parts } from '../run/make-parts.ts';
import type { TrainingOutcome } from '../run/train.ts';

interface Report {
  config: ExperimentConfig;
  dataset: Dataset;
  parts: Parts;
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
  });
  run.logMetrics({ training_seconds: training.seconds, best_epoch: training.bestEpoch }, training.history.length);
  if (modelDirectory !== undefined) {
    const metrics = evaluation && {
      'test/loss': evaluation.loss,
      'test/accuracy': evaluation.accuracy,
      'test/macro_f1': evaluation.macro.f1,
      'test/expected_calibration_error': evaluation.calibration.expectedCalibrationError,
      ...Object.fromEntries(Object.entries(evaluation.others).map(([name, value]) => [`test/${name}`, value])),
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
