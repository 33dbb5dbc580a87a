import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cli, glyphlab, onlyRun, outsideProject, readJournal, scratch } from '../testing/index.ts';

const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const client = new MlflowClient({ trackingUri: testServerUrl() });
let experiment: string;

beforeEach(() => {
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  experiment = `trainer ${Math.random()}`;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => client.close());

const options = (): string[] => [
  '--config',
  config,
  '--set',
  'dataset.limit=300',
  '--set',
  'training.epochs=3',
  '--set',
  `tracking.experiment=${experiment}`,
];

async function onlyTrackedRun(): Promise<Run> {
  const { experimentId } = (await client.experiments.getByName(experiment))!;
  const runs: Run[] = [];
  for await (const run of client.runs.search({ experimentIds: [experimentId] })) runs.push(run);
  expect(runs).toHaveLength(1);
  return client.runs.get(runs[0]!.runId);
}

async function statuses(): Promise<string[]> {
  const { experimentId } = (await client.experiments.getByName(experiment))!;
  const found: string[] = [];
  for await (const { status } of client.runs.search({ experimentIds: [experimentId] })) found.push(status);
  return found;
}

/** Epochs that a run has logged. */
const epochsOf = (run: string): number[] =>
  readJournal(run).flatMap(({ step, values }) => (values !== undefined && 'train/loss' in values ? [step!] : []));

test('a run appears in MLflow with all that was logged, and its page is printed', async () => {
  const workspace = scratch();
  const { exitCode, stdout } = await cli(['run', ...options()], workspace);
  expect(exitCode).toBe(0);
  const run = await onlyTrackedRun();
  expect(stdout).toContain(`/experiments/${run.experimentId}/runs/${run.runId}`);
  expect(run).toMatchObject({ name: 'quickstart', status: 'FINISHED' });
  expect(run.endTimeMs).toBeGreaterThan(run.startTimeMs);
  expect(run.params).toMatchObject({ 'training.epochs': '3', 'dataset.type': 'mnist-10k', parameters: '242218' });
  expect(run.tags['mlflow.source.git.commit']).toBeUndefined(); // the scratch workspace is none of git's
  expect(run.tags['mlflow.note.content']).toMatch(/^Test: \*\*\d+\.\d\d %\*\* of/);
  expect(run.datasets.map(({ context }) => context).sort()).toEqual(['test', 'training', 'validation']);
  expect(run.modelOutputs).toHaveLength(1);
  const { metrics } = await client.loggedModels.get(run.modelOutputs[0]!.modelId);
  expect(metrics).toContainEqual(expect.objectContaining({ key: 'test_accuracy', datasetName: 'mnist-10k' }));

  for (const key of ['train/loss', 'val/loss', 'train/accuracy', 'val/accuracy', 'lr', 'images_per_second']) {
    const steps: number[] = [];
    for await (const point of client.runs.metricHistory(run.runId, key)) steps.push(point.step);
    expect(steps, key).toEqual([1, 2, 3]);
  }
  // MLflow's page sorts groups of charts by what stands before the slash: the curves come first.
  const groups = Object.keys(run.metrics).flatMap((key) => (key.includes('/') ? [key.split('/')[0]] : []));
  expect([...new Set(groups)].filter((group) => group !== 'system').sort()).toEqual(['train', 'val']);
  const accuracy = Number(/Test accuracy +([\d.]+) %/.exec(stdout)![1]) / 100;
  expect(run.metrics['test_accuracy']!.value).toBeCloseTo(accuracy, 4);

  const files: string[] = [];
  for await (const { path } of client.artifacts(run.artifactUri).walk()) files.push(path);
  expect(files).toEqual(
    expect.arrayContaining([
      'config.yaml',
      'figures/loss.png',
      'figures/accuracy.png',
      'figures/confusion_matrix.png',
      'tables/per_class.json',
    ]),
  );
  const png = await client.artifacts(run.artifactUri).download('figures/loss.png');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
});

test('a run of --no-tracking is sent by sync if it is named, once', async () => {
  const workspace = scratch();
  expect((await cli(['run', '--no-tracking', ...options()], workspace)).exitCode).toBe(0);
  const logged = readJournal(onlyRun(workspace)).filter(({ values }) => values !== undefined && 'train/loss' in values);
  const named = onlyRun(workspace);
  for (const [state, ...runs] of [['untracked'], ['sent', named], ['complete', named], ['complete']]) {
    const { exitCode, stdout } = await cli(['sync', '--json', ...runs], workspace);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ state, waiting: 0 }]);
  }
  const run = await onlyTrackedRun();
  expect(run.status).toBe('FINISHED');
  const points: number[] = [];
  for await (const { value } of client.runs.metricHistory(run.runId, 'train/loss')) points.push(value);
  expect(points).toEqual(logged.map(({ values }) => values!['train/loss']));
});

test('a run killed before its first epoch is offered by the next one; sync ends it as KILLED, --resume begins it anew', async () => {
  const workspace = scratch();
  const bin = new URL('../../bin/glyphlab.js', import.meta.url).pathname;
  const own = join(outsideProject(), 'configs', 'first.yaml');
  const args = [bin, 'run', '--config', own, `tracking.experiment=${experiment}`];
  const env = { ...process.env, HOLD: 'before the first epoch' };
  const child = spawn(process.execPath, args, { cwd: workspace, env, stdio: 'ignore' });
  const ended = once(child, 'close');
  while ((await client.experiments.getByName(experiment)) === undefined) await sleep(20);
  while ((await statuses()).length === 0) await sleep(20);
  const run = onlyRun(workspace);
  while (!readFileSync(join(run, 'journal.jsonl'), 'utf8').includes('config.yaml')) await sleep(20);
  child.kill('SIGKILL');
  await ended;
  expect(await statuses()).toEqual(['RUNNING']);
  expect(epochsOf(run)).toEqual([]);

  const { stderr } = await cli(['run', ...options()], workspace);
  expect(stderr).toContain('An earlier run is not completely in MLflow.');
  expect((await cli(['sync'], workspace)).exitCode).toBe(0);
  expect((await statuses()).sort()).toEqual(['FINISHED', 'KILLED']);

  const resumed = await glyphlab(workspace, ['run', '--resume', run]);
  expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
  expect(epochsOf(run)).toEqual([1, 2, 3, 4]);
  expect(await statuses()).toEqual(['FINISHED', 'FINISHED']);
});

test('a file that is named but not there is no run', async () => {
  const { exitCode } = await cli(['run', '--config', join(scratch(), 'nothing.yaml')]);
  expect(exitCode).toBe(2);
  expect(await client.experiments.getByName(experiment)).toBeUndefined();
});
