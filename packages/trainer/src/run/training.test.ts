import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { cli, digitsRun, type JournalLine, onlyRun, readJournal, runInScratch, scratch } from '../testing/index.ts';

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
  const isFirstStep = ({ values }: JournalLine): boolean => 'glyphlab.first_step_seconds' in (values ?? {});
  expect(journal.filter(isFirstStep)).toHaveLength(1);
  const isEpoch = ({ values }: JournalLine): boolean => 'train/loss' in (values ?? {});
  expect(journal.findIndex(isFirstStep)).toBeLessThan(journal.findIndex(isEpoch));
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

test('a loss that is no number ends the run as FAILED, says in which layer, and keeps what was learnt', async () => {
  const { exitCode, stderr, journal, run } = await runInScratch([
    ...quick,
    '--set',
    // Each step makes the weights 99 times as large.
    'training.optimizer={ type: sgd, learningRate: 100, momentum: 0, weightDecay: 1 }',
    '--set',
    'training.schedule={ type: constant }',
    '--set',
    'training.epochs=30',
    '--set',
    'tracking.layers=1',
  ]);
  expect(stderr).toMatch(
    /TrainingError \[LOSS_NOT_FINITE\]\n.*epoch \d+, step \d+\. It began in layer "\w+": its \w+.* in step \d+ is/,
  );
  const watched = journal.filter(({ values }) => Object.keys(values ?? {}).some((key) => key.startsWith('update_ratio/'))); // prettier-ignore
  expect(watched[0]?.step).toBe(1);
  expect(exitCode).toBe(1);
  expect(journal.at(-1)).toMatchObject({ type: 'ended', status: 'FAILED' });
  const learnt = epochs(journal).some((metrics) => Number.isFinite(metrics['val/loss']));
  expect(existsSync(join(run, 'model', 'model.json'))).toBe(learnt);
});

test('--find-lr proposes a rate and draws the curve, and leaves no run; auto trains with it', async () => {
  const workspace = scratch();
  const args = [...quick, '--set', 'training.batchSize=8', '--set', 'training.schedule={ type: constant }'];
  const { exitCode, stdout, stderr } = await cli(['run', ...args, '--find-lr'], workspace);
  expect(exitCode, stderr).toBe(0);
  const proposal = Number(/^Learning rate +(\S+), a third of/m.exec(stdout)?.[1]);
  expect(proposal).toBeGreaterThan(1e-4);
  expect(proposal).toBeLessThan(1);
  expect(stdout).toContain(`training.optimizer.learningRate=${proposal}\n`);
  const figure = readFileSync(join(workspace, '.glyphlab', 'learning-rate', 'quickstart.png'));
  expect(figure.subarray(1, 4).toString()).toBe('PNG');
  expect(existsSync(join(workspace, '.glyphlab', 'runs'))).toBe(false);

  const automatic = ['training.optimizer.learningRate=auto', 'training.epochs=1'];
  const trained = await cli(['run', '--no-tracking', ...args, ...automatic], workspace);
  expect(trained.stderr).toContain(`Learning rate ${proposal}: a third of`);
  const journal = readJournal(onlyRun(workspace));
  const params = journal.flatMap(({ values }) => values?.['training.optimizer.learningRate'] ?? []);
  expect(params).toEqual([String(proposal)]);
  expect(epochs(journal)[0]!['lr']).toBeCloseTo(proposal, 6);
  expect(journal.map(({ path }) => path)).toContain('figures/learning_rate_search.png');
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
