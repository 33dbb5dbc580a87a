import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { cli, digitsRun, runInScratch, scratch, type JournalLine } from '../testing/index.ts';

const configs = new URL('../../../../configs/', import.meta.url).pathname;
const quick = [
  '--config',
  join(configs, 'quickstart.yaml'),
  '--set',
  'dataset.limit=500',
  '--set',
  'training.backend=tensorflow',
];

const epochs = (journal: readonly JournalLine[]): Record<string, number>[] =>
  journal
    .filter(({ values }) => values !== undefined && 'train/loss' in values)
    .map(({ values }) => values as Record<string, number>);

test('a run on real digits learns, and leaves model, figures, configuration and results', async () => {
  const { stdout, journal, run } = await digitsRun();
  expect(stdout).toMatch(/^Test accuracy +\d+\.\d\d % of 1,000 images/m);
  const losses = epochs(journal).map((metrics) => metrics['train/loss']!);
  expect(losses).toHaveLength(8);
  expect(losses[7]!).toBeLessThan(losses[0]! / 2);

  const artifacts = journal.filter(({ type }) => type === 'artifact').map(({ path }) => path);
  for (const name of [
    'loss',
    'accuracy',
    'learning_rate',
    'confusion_matrix',
    'per_class',
    'reliability',
    'mistakes',
    'training_images',
  ]) {
    expect(artifacts).toContain(`figures/${name}.png`);
  }
  expect(artifacts).toContain('config.yaml');
  const panels = artifacts.filter((path) => /^images\/val~mistakes\+step\+\d+\+(?!.*compressed)/.test(path!));
  expect(panels.map((path) => Number(path!.split('+')[2]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(journal.filter(({ type }) => type === 'dataset')).toHaveLength(3);
  const params = Object.assign(
    {},
    ...journal.filter(({ type }) => type === 'params').map(({ values }) => values),
  ) as Record<string, string>;
  expect(params).toMatchObject({ 'training.epochs': '8', 'model.type': 'cnn', parameters: '242218' });

  // What a person does next with the model.
  const measured = await cli(['evaluate', '--model', join(run, 'model'), '--dataset', 'mnist-10k', '--json']);
  const { accuracy, count } = JSON.parse(measured.stdout) as { accuracy: number; count: number };
  expect(count).toBe(1000);
  expect(accuracy).toBeGreaterThan(0.8);

  const json = JSON.parse(readFileSync(join(run, 'model', 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const weights = readFileSync(join(run, 'model', 'weights.bin'));
  const model = await tf.loadLayersModel({
    load: async () => ({
      modelTopology: json.modelTopology as object,
      weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
      weightData: new Uint8Array(weights).buffer,
    }),
  });
  const sum = tf.tidy(() => tf.sum(model.predict(tf.zeros([1, 28, 28, 1])) as tf.Tensor).dataSync()[0]!);
  expect(sum).toBeCloseTo(1, 5);
});

test('a run is repeated from its own config.yaml, with the same losses', async () => {
  const first = await runInScratch([...quick, '--set', 'training.epochs=1']);
  const second = await runInScratch(['--config', join(first.run, 'artifacts', 'config.yaml')]);
  const timeless = (journal: JournalLine[]): object[] =>
    epochs(journal).map(({ images_per_second: _rate, epoch_seconds: _seconds, ...metrics }) => metrics);
  expect(timeless(second.journal)).toEqual(timeless(first.journal));
  expect(timeless(first.journal)).toHaveLength(1);
});

test('debug/overfit.yaml reaches zero error on 64 real digits', async () => {
  const { journal, exitCode } = await runInScratch(['--config', join(configs, 'debug/overfit.yaml')]);
  expect(exitCode).toBe(0);
  expect(epochs(journal).at(-1)!['train/accuracy']).toBe(1);
});

test('a loss that is no number ends the run as FAILED, says where, and keeps what was learnt', async () => {
  const { exitCode, stderr, journal, run } = await runInScratch([
    ...quick,
    '--set',
    // Each step makes the weights 99 times as large.
    'training.optimizer={ type: sgd, learningRate: 100, momentum: 0, weightDecay: 1 }',
    '--set',
    'training.schedule={ type: constant }',
    '--set',
    'training.epochs=30',
  ]);
  expect(stderr).toMatch(/TrainingError \[LOSS_NOT_FINITE\]\n.*epoch \d+, step \d+/);
  expect(exitCode).toBe(1);
  expect(journal.at(-1)).toMatchObject({ type: 'ended', status: 'FAILED' });
  const learnt = epochs(journal).some((metrics) => Number.isFinite(metrics['val/loss']));
  expect(existsSync(join(run, 'model', 'model.json'))).toBe(learnt);
});

test('notes on the data are logged, and a model of other classes than the dataset is refused', async () => {
  const set = ['--set', 'dataset={ type: synthetic, numClasses: 4 }', '--set', 'training.epochs=1'];
  const { run, journal } = await runInScratch(['--config', join(configs, 'quickstart.yaml'), ...set]);
  const tags = Object.assign(
    {},
    ...journal.filter(({ type }) => type === 'tags').map(({ values }) => values),
  ) as object;
  expect(tags).toMatchObject({
    'glyphlab.dataset_notes': 'Made up, not handwriting.',
    'mlflow.note.content': expect.stringContaining('> **Note:** Made up, not handwriting.') as string,
  });
  const { exitCode, stderr } = await cli(
    ['evaluate', '--model', join(run, 'model'), '--dataset', 'mnist-10k'],
    scratch(),
  );
  expect(stderr).toMatch(/knows 4 classes/);
  expect(exitCode).toBe(2);
});
