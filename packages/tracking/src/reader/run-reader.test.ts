import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { loggedRun, send, testDirectory } from '../testing/drained-run.ts';
import { RunReader } from './run-reader.ts';

afterEach(() => vi.unstubAllEnvs());

const line = (entry: object): string => `${JSON.stringify({ time: 1000, ...entry })}\n`;
const epoch = (step: number, loss: number): string =>
  line({ type: 'metrics', step, values: { 'val/accuracy': 1 - loss, 'val/loss': loss, epoch_seconds: 2 } });

function addRun(runsDir: string, uuid: string, ...lines: string[]): string {
  const directory = join(runsDir, uuid);
  mkdirSync(directory, { recursive: true });
  const begin = line({ type: 'run', uuid, name: uuid, experiment: 'e', server: null });
  writeFileSync(join(directory, 'journal.jsonl'), [begin, ...lines].join(''));
  return directory;
}

const readerOf = (runsDir: string): RunReader => new RunReader({ runsDir, workspaceDir: runsDir, offline: true });

test('a list says of each run what its journal says, again what has grown, and no more what is gone', async () => {
  const runsDir = join(temporaryDirectory(), 'runs');
  const first = addRun(
    runsDir,
    'first',
    line({ type: 'params', values: { 'model.type': 'cnn' } }),
    line({ type: 'tags', values: { owner: 'Ada', 'mlflow.note.content': 'long' } }),
    epoch(1, 0.2),
    epoch(2, 0.1),
    epoch(3, 0.3),
  );
  const gone = addRun(runsDir, 'gone');
  mkdirSync(join(runsDir, 'empty'));
  const list = () => readerOf(runsDir).list();
  for (let time = 0; time < 2; time++) {
    const runs = await list();
    expect(runs.map(({ uuid }) => uuid).sort()).toEqual(['first', 'gone']);
    const { params, tags, metrics, ...rest } = runs.find(({ uuid }) => uuid === 'first')!;
    expect({ params, tags, metrics }).toEqual({
      params: { 'model.type': 'cnn' },
      tags: { owner: 'Ada' },
      metrics: { 'val/accuracy': 0.9, 'val/loss': 0.1, epoch_seconds: 2 },
    });
    expect(rest).toMatchObject({ directory: first, status: 'RUNNING', epochs: 3, bestEpoch: 2, seconds: 6 });
  }
  rmSync(gone, { recursive: true });
  appendFileSync(join(first, 'journal.jsonl'), epoch(4, 0.05) + line({ type: 'ended', status: 'FINISHED' }));
  expect(await list()).toMatchObject([{ status: 'FINISHED', epochs: 4, bestEpoch: 4, metrics: { 'val/loss': 0.05 } }]);
});

test('what is noted of journals spares reading them, and does no harm where it is damaged', async () => {
  const runsDir = join(temporaryDirectory(), 'runs');
  addRun(runsDir, 'one', epoch(1, 0.5));
  await readerOf(runsDir).list();
  const index = `${runsDir}-index.json`;
  const noted = readFileSync(index, 'utf8');
  writeFileSync(index, noted.replace(/\["one",(\d+),([\d.]+),\["one","one"/, '["one",$1,$2,["one","as noted"'));
  expect(await readerOf(runsDir).list()).toMatchObject([{ name: 'as noted' }]);
  writeFileSync(index, noted.slice(0, -9));
  expect(await readerOf(runsDir).list()).toMatchObject([{ name: 'one' }]);
});

test('members carry the name of their set', async () => {
  const runsDir = join(temporaryDirectory(), 'runs');
  addRun(runsDir, 'parent', line({ type: 'tags', values: { 'glyphlab.set': 'best' } }));
  const begin = line({ type: 'run', uuid: 'child', name: 'c', experiment: 'e', server: null, parent: 'parent' });
  writeFileSync(join(addRun(runsDir, 'child'), 'journal.jsonl'), begin);
  expect((await readerOf(runsDir).list()).map(({ set }) => set)).toEqual(['best', 'best']);
});

test('a run is found by the beginning of its id, or as the latest; a missing one says so', async () => {
  const runsDir = join(temporaryDirectory(), 'runs');
  const directory = addRun(runsDir, 'abcdef01');
  const reader = readerOf(runsDir);
  for (const name of ['abcd', 'latest', directory]) expect(await reader.find(name)).toMatchObject({ directory });
  await expect(reader.find('ffff')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('what MLflow has more of comes from there, with its metrics and artifacts, also when it is gone from this disk', async () => {
  const run = await loggedRun(3);
  await send(run);
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  const reader = new RunReader({ runsDir: testDirectory(), workspaceDir: testDirectory() });
  const found = async () => (await reader.list()).find(({ uuid }) => uuid === run.uuid)!;
  expect(await found()).toMatchObject({
    directory: run.directory,
    status: 'FINISHED',
    mlflow: { runId: expect.any(String) as string },
  });
  const journal = join(run.directory, 'journal.jsonl');
  // As if this disk had lost all but the beginning.
  writeFileSync(journal, `${readFileSync(journal, 'utf8').split('\n')[0]}\n`);
  expect(await found()).toMatchObject({ directory: run.directory, status: 'FINISHED', params: { optimizer: 'sgd' } });
  expect((await reader.record(await found())).epochs.get(3)).toMatchObject({ 'val/accuracy': 0.99, 'val/loss': 3 });
  rmSync(run.directory, { recursive: true });
  const gone = await reader.find(run.uuid.slice(0, 13));
  expect(gone).toMatchObject({ directory: undefined, status: 'FINISHED' });
  expect(Buffer.from((await reader.artifact(gone, 'worst.json'))!).toString()).toContain('label');
  expect(await reader.artifact(gone, 'none.json')).toBeUndefined();
  await reader.close();
});
