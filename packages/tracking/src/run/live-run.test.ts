import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnMessage } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { expect, test } from 'vitest';
import { openRun, type OpenRunOptions } from './open-run.ts';
import { readRun } from '../journal/run-follower.ts';
import type { TrackedRun } from './tracked-run.ts';
import { syncRuns } from '../sync/sync.ts';
import { pictureOfJournal, pictureOfServer } from '../testing/mirror.ts';
import { startProxy } from '../testing/fault-proxy.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });

/** Nothing answers there. */
const NOWHERE = 'http://127.0.0.1:9';

const open = (runsDir: string, server: string, options: Partial<OpenRunOptions> = {}): Promise<TrackedRun> =>
  openRun({ runsDir, workspaceDir: runsDir, experiment: 'live', runName: 'run', server, ...options });

async function expectMirrored(run: TrackedRun): Promise<void> {
  expect(await pictureOfServer(client, 'live', run.uuid)).toEqual(await pictureOfJournal(run.directory));
}

test('a run is on the server while it goes on, and complete when it has ended', async () => {
  const directory = temporaryDirectory();
  const run = await open(directory, testServerUrl(), { systemMetrics: { everyMs: 200 } });
  for (let step = 0; step < 2500; step++) run.logMetrics({ loss: 1 / (step + 1) }, step);
  while (run.status().url === undefined || run.status().waiting > 0) await sleep(20);
  run.logMetrics({ accuracy: 1 }, 1);
  const result = await run.end('FINISHED');
  expect(result).toEqual({
    isTracked: true,
    delivered: true,
    waiting: 0,
    refused: [],
    url: expect.stringContaining('/runs/') as string,
  });
  await expectMirrored(run);
  const { points } = await pictureOfServer(client, 'live', run.uuid);
  expect(points.some((point) => point.startsWith('system/cpu_utilization_percentage'))).toBe(true);
});

test('a server that is down at the start costs nothing, and sync sends all later', async () => {
  const directory = temporaryDirectory();
  const proxy = await startProxy(testServerUrl());
  const { port, url } = proxy;
  await proxy.stop();
  const run = await open(directory, url);
  run.logMetrics({ loss: 1 }, 1);
  while (run.status().lastError === undefined) await sleep(20);
  expect(await run.end('FAILED', new Error('out of data'))).toMatchObject({ delivered: false });
  expect(await syncRuns({ runsDir: directory, workspaceDir: directory })).toMatchObject([
    { state: 'waiting', sent: 0 },
  ]);
  await proxy.listen(port);
  const [first] = await syncRuns({ runsDir: directory, workspaceDir: directory });
  expect(first).toMatchObject({ uuid: run.uuid, state: 'sent', waiting: 0 });
  expect(await syncRuns({ runsDir: directory, workspaceDir: directory })).toMatchObject([
    { state: 'complete', sent: 0 },
  ]);
  await expectMirrored(run);
  expect(await pictureOfServer(client, 'live', run.uuid)).toMatchObject({
    status: 'FAILED',
    tags: { 'glyphlab.error': 'Error: out of data' },
  });
});

test('a server that goes away in the middle and comes back gets everything', async () => {
  const directory = temporaryDirectory();
  const proxy = await startProxy(testServerUrl());
  const { port } = proxy;
  const run = await open(directory, proxy.url);
  while (run.status().url === undefined) await sleep(20);
  await proxy.stop();
  run.logMetrics({ loss: 2 }, 1);
  while (run.status().lastError === undefined) await sleep(20);
  await proxy.listen(port);
  run.logMetrics({ loss: 1 }, 2);
  expect(await run.end('FINISHED')).toMatchObject({ delivered: true });
  await expectMirrored(run);
});

test('two syncs at once send a run once, and leave a run alone that still goes on', async () => {
  const directory = temporaryDirectory();
  const run = await open(directory, 'none');
  for (let step = 0; step < 3000; step++) run.logMetrics({ loss: step }, step);
  await run.end('FINISHED');
  const other = await open(directory, 'none');
  const runs = [run.directory, other.directory];
  const options = { runsDir: directory, workspaceDir: directory, server: testServerUrl(), runs };
  const states = (await Promise.all([syncRuns(options), syncRuns(options)])).map((runs) =>
    runs.map(({ state }) => state).join(' '),
  );
  expect(states.sort()).toEqual(['in-use in-use', 'sent in-use']);
  await expectMirrored(run);
  other.abandon();
  expect(await syncRuns(options)).toMatchObject([{ state: 'complete' }, { state: 'sent' }]);
  expect(await pictureOfServer(client, 'live', other.uuid)).toMatchObject({ status: 'KILLED' });
});

test('a run tells of earlier ones that wait, and of none that are sent or go on', async () => {
  const directory = temporaryDirectory();
  const cutOff = await open(directory, NOWHERE);
  const goesOn = await open(directory, NOWHERE);
  const messages: string[] = [];
  const record = async (): Promise<void> => {
    const onMessage: OnMessage = (text, code) => void messages.push(`${text} (${code})`);
    const run = await open(directory, testServerUrl(), { onMessage });
    await run.end('FINISHED');
  };
  cutOff.abandon();
  await record();
  expect(messages).toEqual(['An earlier run is not completely in MLflow. (RUNS_WAITING)']);
  await syncRuns({ runsDir: directory, workspaceDir: directory, server: testServerUrl() });
  await record();
  expect(messages).toHaveLength(1);
  goesOn.abandon();
});

test('a run that was to stay here is told of to nobody, and sent only if it is named', async () => {
  const directory = temporaryDirectory();
  const run = await open(directory, 'none');
  run.logMetrics({ loss: 1 }, 1);
  expect(await run.end('FINISHED')).toMatchObject({ isTracked: false });
  const messages: string[] = [];
  const next = await open(directory, testServerUrl(), { onMessage: (text) => messages.push(text) });
  await next.end('FINISHED');
  expect(messages).toEqual([]);
  const options = { runsDir: directory, workspaceDir: directory, server: testServerUrl() };
  const states = async () => new Map((await syncRuns(options)).map(({ uuid, state }) => [uuid, state]));
  expect(await states()).toEqual(new Map([[run.uuid, 'untracked'], [next.uuid, 'complete']])); // prettier-ignore
  expect(await syncRuns({ ...options, runs: [run.directory] })).toMatchObject([{ state: 'sent' }]);
  await expectMirrored(run);
  expect(await states()).toEqual(new Map([[run.uuid, 'complete'], [next.uuid, 'complete']])); // prettier-ignore
});

test('a server that is asked for gets a run that another one has', async () => {
  const directory = temporaryDirectory();
  const proxy = await startProxy(testServerUrl());
  const run = await open(directory, testServerUrl());
  expect(await run.end('FINISHED')).toMatchObject({ delivered: true });
  const other = { runsDir: directory, workspaceDir: directory, server: proxy.url };
  expect(await syncRuns(other)).toMatchObject([{ state: 'sent', url: expect.stringContaining(proxy.url) as string }]);
  expect(proxy.seen).toContain('POST /api/2.0/mlflow/runs/log-batch');
  expect(await syncRuns(other)).toMatchObject([{ state: 'complete' }]);
});

test('an end that is announced is on the server while its run goes on, and stays if the process is killed before it', async () => {
  const directory = temporaryDirectory();
  const run = await open(directory, testServerUrl());
  run.logMetrics({ loss: 1 }, 1);
  run.announceEnd('KILLED');
  const statusOf = async () => (await pictureOfServer(client, 'live', run.uuid)).status;
  while (run.status().url === undefined || run.status().waiting > 0) await sleep(20);
  expect(await statusOf()).toBe('KILLED');
  expect(readRun(run.directory)).toMatchObject({ status: 'KILLED' });
  run.logMetrics({ loss: 0 }, 2);
  expect(await run.end('FINISHED')).toMatchObject({ delivered: true });
  expect(await statusOf()).toBe('FINISHED');
  await expectMirrored(run);
});

test('what a killed process left of a line keeps no run from being sent', async () => {
  const directory = temporaryDirectory();
  const run = await open(directory, NOWHERE, { systemMetrics: { everyMs: 1e6 } });
  while (!existsSync(join(run.directory, 'system.jsonl'))) await sleep(20);
  run.announceEnd('KILLED');
  run.abandon();
  for (const file of ['journal.jsonl', 'system.jsonl'])
    appendFileSync(join(run.directory, file), '{"time":1,"type":"met');
  const options = { runsDir: directory, workspaceDir: directory, server: testServerUrl() };
  expect(await syncRuns(options)).toMatchObject([{ state: 'sent' }]);
  expect(await syncRuns(options)).toMatchObject([{ state: 'complete' }]);
  await expectMirrored(run);
});

test('the end says why nothing was sent', async () => {
  const directory = temporaryDirectory();
  const proxy = await startProxy(testServerUrl());
  proxy.fault = () => 'login-page';
  const run = await open(directory, proxy.url);
  expect(await run.end('FINISHED')).toMatchObject({
    delivered: false,
    error: expect.stringContaining('Sign in') as string,
  });
});
