import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OnMessage } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { openRun, readRun, syncRuns } from '@glyphlab/tracking';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { SetRun } from '../runs/run-index.ts';
import { StopMarker } from './mark-stopped.ts';

let experiment: string;
beforeEach(() => void (experiment = `marks ${Math.random()}`));

/** A run that ended when it was told to, in a folder of runs. */
async function stoppedRun(runsDir: string, server = testServerUrl()): Promise<SetRun> {
  const common = { runsDir, workspaceDir: runsDir, experiment, runName: 'trial', systemMetrics: false };
  const run = await openRun({ ...common, server });
  run.logMetrics({ 'val/accuracy': 0.5 }, 1);
  await run.end('KILLED');
  return seen(run.directory);
}

function seen(directory: string): SetRun {
  return { directory, record: readRun(directory)!, memberId: 'm' };
}

function markerIn(runsDir: string, server: string | 'none' = testServerUrl()) {
  const said: string[] = [];
  const { signal } = new AbortController();
  const onMessage: OnMessage = (text, code) => void said.push(code === undefined ? text : `${text} (${code})`);
  return { said, marker: new StopMarker({ runsDir, workspaceDir: runsDir, server, onMessage, signal }) };
}

async function onServer(): Promise<Run[]> {
  const client = new MlflowClient({ trackingUri: testServerUrl() });
  onTestFinished(() => client.close());
  const { experimentId } = (await client.experiments.getByName(experiment))!;
  const runs: Run[] = [];
  for await (const run of client.runs.search({ experimentIds: [experimentId] })) runs.push(run);
  return runs;
}

const isMarked = { status: 'KILLED', tags: { 'glyphlab.stoppedEarly': 'why' } };

test('a run is marked in its journal and in MLflow, once', async () => {
  const runsDir = temporaryDirectory();
  const run = await stoppedRun(runsDir);
  const { marker, said } = markerIn(runsDir);
  await marker.mark(run, 'why');
  await marker.end();
  expect(await onServer()).toMatchObject([isMarked]);
  expect(seen(run.directory).record).toMatchObject(isMarked);
  const journal = readFileSync(join(run.directory, 'journal.jsonl'), 'utf8');
  await marker.mark(seen(run.directory), 'why');
  expect(readFileSync(join(run.directory, 'journal.jsonl'), 'utf8')).toBe(journal);
  expect(said).toEqual([]);
});

test('a run on another machine is marked by what it told of itself', async () => {
  const [elsewhere, runsDir, relayed] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
  const there = await stoppedRun(elsewhere);
  const told = join(relayed, basename(there.directory));
  cpSync(join(there.directory, 'journal.jsonl'), join(told, 'journal.jsonl'));
  const { marker } = markerIn(runsDir);
  await marker.mark(seen(told), 'why');
  await marker.mark(seen(told), 'why');
  await marker.end();
  expect(await onServer()).toMatchObject([{ ...isMarked, metrics: { 'val/accuracy': { value: 0.5 } } }]);
});

test('where the server is away the journal keeps the mark', async () => {
  const runsDir = temporaryDirectory();
  const run = await stoppedRun(runsDir);
  const { marker, said } = markerIn(runsDir, 'http://127.0.0.1:9');
  await marker.mark(run, 'why');
  await marker.end();
  expect(said.join('\n')).toMatch(/1 run.* yet to be marked in MLflow\. \(RUNS_WAITING\)/);
  await syncRuns({ runsDir, workspaceDir: runsDir, server: testServerUrl() });
  expect(await onServer()).toMatchObject([isMarked]);
});

test('a run that is still open is not touched, and that is told', async () => {
  const runsDir = temporaryDirectory();
  const run = await openRun({ runsDir, workspaceDir: runsDir, experiment, runName: 'trial', server: 'none' });
  const { marker, said } = markerIn(runsDir, 'none');
  await marker.mark(seen(run.directory), 'why');
  expect(said.join('\n')).toContain('RUN_IN_USE');
  await run.end('KILLED');
  expect(seen(run.directory).record.tags['glyphlab.stoppedEarly']).toBeUndefined();
});
