import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { imageDataset, openRun, syncRuns, writeMlModel } from '@glyphlab/tracking';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { cli, scratch } from '../../testing/index.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });
const workspace = scratch();
const runsDir = join(workspace, '.glyphlab', 'runs');
let name: string;
const runs = { good: '', worse: '', better: '', unmeasured: '', onOtherImages: '', unsent: '' };

beforeAll(async () => {
  runs.good = await run({ accuracy: 0.97 });
  runs.worse = await run({ accuracy: 0.9 });
  runs.better = await run({ accuracy: 0.98 });
  runs.unmeasured = await run({});
  runs.onOtherImages = await run({ accuracy: 0.99, fingerprint: 'others' });
  const sent = Object.values(runs).filter((uuid) => uuid !== '');
  const directories = sent.map((uuid) => join(runsDir, uuid));
  await syncRuns({ runsDir, workspaceDir: workspace, server: testServerUrl(), runs: directories });
  runs.unsent = await run({ accuracy: 0.9 });
});
beforeEach(() => {
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  name = `promote-${randomUUID()}`;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => client.close());

/** A run whose model reached this accuracy on the test images of that fingerprint. */
async function run({ accuracy, fingerprint = 'a' }: { accuracy?: number; fingerprint?: string }): Promise<string> {
  const places = { runsDir, workspaceDir: workspace, server: 'none' };
  const run = await openRun({ ...places, experiment: 'promote', runName: `run ${accuracy}` });
  const dataset = { name: 'digits', fingerprint, numImages: 8, numClasses: 10, source: 'x', sourceType: 'local' };
  run.logDataset(imageDataset({ ...dataset, context: 'test', imageShape: [28, 28, 1] }));
  const directory = join(scratch(), 'model');
  mkdirSync(directory);
  writeMlModel(directory, { flavors: { none: {} }, signature: { inputs: [], outputs: [] } });
  const metrics: Record<string, number> =
    accuracy === undefined ? {} : { test_accuracy: accuracy, test_loss: 1 - accuracy };
  run.logModel({ directory, name: 'model', step: 1, metrics });
  await run.end('FINISHED');
  return basename(run.directory);
}

const promote = (runId: string, ...more: string[]) =>
  cli(['promote', '--run', runId, '--name', name, '--alias', 'champion', ...more], workspace);
const champion = async () => (await client.registeredModels.getByAlias(name, 'champion'))?.version;
async function versions(): Promise<number> {
  let count = 0;
  for await (const _ of client.modelVersions.search({ filter: `name = '${name}'` })) count++;
  return count;
}

test('the first becomes champion, a worse one is refused unless told, a better one takes its place', async () => {
  const { good, worse, better } = runs;
  for (const says of [/champion is version 1 now/, /It was so before/]) {
    const { exitCode, stdout } = await promote(good);
    expect(stdout).toMatch(says);
    expect(exitCode).toBe(0);
    expect([await champion(), await versions()]).toEqual(['1', 1]);
  }

  const refused = await promote(worse);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toMatch(/test accuracy +90\.00 % +97\.00 %\n/);
  expect(refused.stdout).toContain('Not promoted. The run is worse: 90.00 % against 97.00 % test accuracy.');
  expect(refused.stderr).toContain('--force');
  expect([await champion(), await versions()]).toEqual(['1', 1]);

  expect((await promote(worse, '--force')).exitCode).toBe(0);
  expect([await champion(), await versions()]).toEqual(['2', 2]);
  const json = await promote(better, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    promoted: true,
    version: '3',
    previous: '2',
    candidate: { accuracy: 0.98 },
    champion: { accuracy: 0.9 },
  });
  // A champion of before comes back as the version that it is.
  expect((await promote(good, '--force')).exitCode).toBe(0);
  expect([await champion(), await versions()]).toEqual(['1', 3]);
});

test('what cannot be compared is refused unless told', async () => {
  expect(await promote(runs.unmeasured)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('no test accuracy'),
  });
  expect(await champion()).toBeUndefined();
  expect((await promote(runs.worse)).exitCode).toBe(0);
  expect(await promote(runs.onOtherImages)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('same test images'),
  });
  expect((await promote(runs.onOtherImages, '--force')).exitCode).toBe(0);
  expect(await champion()).toBe('2');
});

test('register makes a version once, and moves an alias without comparing', async () => {
  const { good, worse } = runs;
  const register = (runId: string, ...more: string[]) =>
    cli(['register', '--run', runId, '--name', name, ...more], workspace);
  expect(await register(good)).toMatchObject({ exitCode: 0, stdout: `models:/${name}/1\n` });
  expect((await register(good, '--alias', 'champion')).stdout).toContain('registered before');
  expect(await champion()).toBe('1');
  expect((await register(worse, '--alias', 'champion', '--json')).stdout).toContain('"version":"2"');
  expect(await champion()).toBe('2');
});

test.each<[what: string, args: () => [string, ...string[]], says: RegExp]>([
  ['a run that was not sent', () => [runs.unsent], /RUN_NOT_SENT[^]*glyphlab sync/],
  ['a run that is not there', () => ['nothing'], /RUN_NOT_FOUND/],
  ['a run that the server does not know', () => ['0'.repeat(32)], /RUN_NOT_FOUND[^]*server has no run/],
  ['an alias that MLflow keeps', () => ['x', '--alias', 'latest'], /MLFLOW_RESERVED_ALIAS/],
  ['a name that MLflow does not take', () => ['x', '--name', 'a/b'], /MLFLOW_BAD_NAME/],
])('%s', async (_, args, says) => {
  const { exitCode, stderr } = await promote(...args());
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
});
