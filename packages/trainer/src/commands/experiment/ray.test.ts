import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { userCacheDir } from '@glyphlab/core';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { locatePinned, pythonRay } from '@glyphlab/python';
import { RayCluster } from '@glyphlab/python/ray-cluster';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { cli, type JournalLine, outsideProject, scratch } from '../../testing/index.ts';

const EPOCHS = 30;
const bin = new URL('../../../bin/glyphlab.js', import.meta.url).pathname;
const project = new URL('../../../../..', import.meta.url).pathname;

const mlflow = new MlflowClient({ trackingUri: testServerUrl() });
afterAll(() => mlflow.close());

const ours = `dataset: { type: synthetic, size: 512 }
model: { type: cnn, filters: [4], denseUnits: 8 }
training: { epochs: ${EPOCHS} }
`;
/** Of the project in `testing/outside-project`. */
const own = `dataset: { type: stripes, size: 512 }
model: { type: scaled }
training: { epochs: 400, loss: { type: brier }, callbacks: [{ type: stopAfter, epochs: 1000 }] }
`;

/** With a set of an MLflow experiment of its own. */
function workspace(seeds: readonly number[], parts = ours, root = scratch()): string {
  mkdirSync(join(root, '.glyphlab'));
  const config = `name: tiny\n${parts}`;
  writeFileSync(join(root, 'tiny.yaml'), config);
  writeFileSync(
    join(root, 'some.yaml'),
    `experiment: ${root}\nseeds: [${seeds.join(', ')}]\nmembers:\n  - config: tiny.yaml\n`,
  );
  return root;
}

interface Job {
  submission_id: string;
  status: string;
  driver_node_id?: string;
}

interface FoundRun {
  /** Of the process that has it. */
  pid: number;
  journal: JournalLine[];
  epochs: number;
}

/** Gone, or ended and not asked how. */
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}/stat`) || /\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

function linesOf(journal: string): JournalLine[] {
  const text = readFileSync(journal, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter(Boolean).map((line) => JSON.parse(line) as JournalLine);
}

function pidOf(run: string): number {
  const lock = readdirSync(run).find((name) => /^lock\.\d+$/.test(name));
  return lock === undefined ? 0 : (JSON.parse(readFileSync(join(run, lock), 'utf8')) as { pid: number }).pid;
}

/** Runs of members in a folder, as far as they have written whole lines. */
function runsIn(folder: string): FoundRun[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((run) => existsSync(join(folder, run, 'journal.jsonl')))
    .map((run) => ({ pid: pidOf(join(folder, run)), journal: linesOf(join(folder, run, 'journal.jsonl')) }))
    .filter(({ journal: [first] }) => (first as { name?: string } | undefined)?.name?.startsWith('tiny'))
    .map((run) => ({ ...run, epochs: run.journal.filter(({ values }) => values && 'val/loss' in values).length }));
}

/** Names and states of the parent's children on the server, all runs of the experiment but the parent. */
async function childrenOnServer(root: string): Promise<string[]> {
  const experiment = await mlflow.experiments.getByName(root);
  const runs: Run[] = [];
  for await (const run of mlflow.runs.search({ experimentIds: [experiment!.experimentId] })) runs.push(run);
  const parents = runs.filter(({ tags }) => 'glyphlab.set' in tags);
  expect(parents.map(({ name, status }) => `${name} ${status}`)).toEqual(['some FINISHED']);
  const children = runs.filter((run) => !parents.includes(run));
  for (const { tags } of children) expect(tags['mlflow.parentRunId']).toBe(parents[0]!.runId);
  return children.map(({ name, status }) => `${name} ${status}`).sort();
}

/** The user's cache, in which what the code needs is installed already: this project's own. */
function cacheWithInstalled(): string {
  const cache = scratch();
  for (const name of readdirSync(userCacheDir()).filter((other) => other !== 'code'))
    symlinkSync(join(userCacheDir(), name), join(cache, name));
  const lock = readFileSync(join(project, 'package-lock.json'));
  const key = createHash('sha256').update(lock).update(process.versions.modules).digest('hex').slice(0, 16);
  mkdirSync(join(cache, 'code'));
  symlinkSync(project, join(cache, 'code', key));
  return cache;
}

test('what is wrong with the options is said before anyone is asked', async () => {
  const told = async (...args: string[]) =>
    (await cli(['experiment', '--no-tracking', '--file', 'some.yaml', ...args], workspace([1, 2]))).stderr;
  expect(await told('--on', 'slurm')).toContain('EXPERIMENT_NO_PLACE');
  expect(await told('--address', 'http://head:8265')).toContain('EXPERIMENT_NOT_REMOTE');
  expect(await told('--on', 'ray')).toContain('RAY_NO_ADDRESS');
  expect(await told('--on', 'ray', '--address', 'http://127.0.0.1:9')).toContain('RAY_NO_ANSWER');
  expect(await told('--follow', 'tiny, seed 3')).toContain('Did you mean "tiny, seed 1"?');
});

test('what a member of the set is to make is refused as a teacher where nodes share nothing', async () => {
  const root = workspace([1], 'dataset: { type: synthetic }\nmodel: { type: cnn }\n');
  const members =
    "members: [{ config: tiny.yaml, name: t }, { config: tiny.yaml, set: { training.distill: { teachers: ['member:t'] } } }]";
  writeFileSync(join(root, 'some.yaml'), members);
  const where = ['--on', 'ray', '--address', 'http://127.0.0.1:9'];
  const { exitCode, stderr } = await cli(['experiment', '--no-tracking', '--file', 'some.yaml', ...where], root);
  expect(stderr).toMatch(/RAY_NO_TEACHER\] tiny, seed 1 › training\.distill\.teachers[^]*--shared/);
  expect(exitCode).toBe(2);
});

test.each([
  ['dataset.directory', 'dataset: { type: image-folder, directory: pictures }\nmodel: { type: cnn }\n'],
  ['dataset.file', 'dataset: { type: csv, file: tables/digits.csv }\nmodel: { type: cnn }\n'],
  ['model.from', 'dataset: { type: synthetic }\nmodel: { type: cnn, from: here }\n'],
])('a path that no node can find is refused before anyone is asked: %s', async (key, parts) => {
  const root = workspace([1, 2], parts);
  mkdirSync(join(root, 'here'));
  vi.stubEnv('GLYPHLAB_DATA_DIR', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const where = ['--on', 'ray', '--address', 'http://127.0.0.1:9'];
  const { exitCode, stderr } = await cli(['experiment', '--no-tracking', '--file', 'some.yaml', ...where], root);
  expect(stderr).toMatch(new RegExp(`RAY_NO_PATH\\] tiny, seed 1 › ${key.replace('.', '\\.')}`));
  expect(exitCode).toBe(2);
  // Where the workspace is shared, a path means the same there.
  const shared = await cli(['experiment', '--no-tracking', '--file', 'some.yaml', ...where, '--shared'], root);
  expect(shared.stderr).toContain('RAY_NO_ANSWER');
});

const skipRay = locatePinned(pythonRay) === undefined && process.env['GLYPHLAB_TEST_ALL'] === undefined;

describe.skipIf(skipRay)('on a Ray cluster', { timeout: 300_000 }, () => {
  let cluster: RayCluster | undefined;
  const cache = cacheWithInstalled();
  const sessions: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await RayCluster.start(1);
  });
  afterAll(async () => {
    for (const session of sessions) session.kill('SIGKILL');
    await cluster?.stop();
  });

  function start(root: string, ...args: string[]) {
    const all = ['experiment', '--file', 'some.yaml', '--on', 'ray', '--address', cluster!.address];
    const env = { ...process.env, MLFLOW_TRACKING_URI: testServerUrl(), GLYPHLAB_CACHE_DIR: cache };
    const child = spawn(process.execPath, [bin, ...all, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    sessions.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
    return { child, said: () => said, ended: new Promise<number | null>((resolve) => child.on('close', resolve)) };
  }

  test('a session and a node that are killed cost no result, and double none', async () => {
    const node = await cluster!.addNode(1);
    const root = workspace([1, 2, 3]);
    const runs = join(root, '.glyphlab', 'runs');
    const first = start(root, '--shared');
    const until = async (condition: () => boolean | Promise<boolean>) => {
      while (!(await condition())) {
        if (first.child.exitCode) throw new Error(first.said());
        await sleep(10);
      }
    };
    // Both are held where they are.
    const held = new Set<number>();
    await until(() => {
      for (const { pid, epochs } of runsIn(runs).filter((run) => run.pid > 0)) {
        if (epochs > 0 && !held.has(pid)) process.kill(pid, 'SIGSTOP');
        if (epochs > 0) held.add(pid);
      }
      return held.size === 2;
    });
    first.child.kill('SIGKILL');
    const jobs = await cluster!.get<Job[]>('/api/jobs/');
    expect(jobs.map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING']);
    expect(jobs.map(({ driver_node_id: id }) => id)).toContain(node.id);

    const second = start(root, '--shared');
    await until(() => second.said().split('still runs (Ray job').length === 3);
    node.kill();
    await until(() => [...held].some(isGone));
    for (const pid of held) if (!isGone(pid)) process.kill(pid, 'SIGCONT');
    expect(await second.ended, second.said()).toBe(0);
    expect(second.said()).toMatch(/It was killed after epoch \d+\./);
    expect(second.said()).toMatch(/goes on after epoch \d+/);
    const trained = runsIn(runs);
    expect(trained.map(({ epochs }) => epochs)).toEqual([EPOCHS, EPOCHS, EPOCHS]);
    for (const { journal } of trained) expect(journal.filter(({ status }) => status === 'FINISHED')).toHaveLength(1);
    const results = readFileSync(join(root, 'some', 'RESULTS.md'), 'utf8');
    for (const seed of [1, 2, 3]) expect(results.split(`| tiny, seed ${seed} |`)).toHaveLength(2);
    expect(results).not.toContain('Not complete');
    expect(await childrenOnServer(root)).toEqual([1, 2, 3].map((seed) => `tiny, seed ${seed} FINISHED`));
  });

  test('without shared storage code and kinds of one’s own are sent and the runs are told; Ctrl-C ends them in order', async () => {
    const root = workspace([4], own, outsideProject());
    const relayed = join(root, '.glyphlab', 'experiments', 'some', 'relayed');
    const first = start(root);
    while ((runsIn(relayed)[0]?.epochs ?? 0) === 0) {
      if (first.child.exitCode !== null) throw new Error(first.said());
      await sleep(50);
    }
    first.child.kill('SIGINT');
    expect(await first.ended, first.said()).toBe(130);
    expect(runsIn(relayed)[0]!.journal.at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });

    writeFileSync(
      join(root, 'tiny.yaml'),
      readFileSync(join(root, 'tiny.yaml'), 'utf8').replace('epochs: 400', 'epochs: 3'),
    );
    const second = start(root);
    expect(await second.ended, second.said()).toBe(0);
    expect(readFileSync(join(root, 'some', 'RESULTS.md'), 'utf8')).toMatch(/\| tiny, seed 4 \| [\d.]+ \| 3 \|/);
    expect(await childrenOnServer(root)).toEqual(['tiny, seed 4 FINISHED', 'tiny, seed 4 KILLED']);
    const shown = start(root, '--follow', 'tiny, seed 4');
    expect(await shown.ended).toBe(0);
    expect(shown.said()).toContain('Epoch 3/3');
    expect(shown.said()).not.toContain('@glyphlab-run');
  });

  test('a member that no node has room for is refused', async () => {
    const root = workspace([1]);
    writeFileSync(join(root, 'some.yaml'), 'resources: { cpus: 64 }\nmembers:\n  - config: tiny.yaml\n');
    const { ended, said } = start(root);
    expect(await ended).toBe(1);
    expect(said()).toContain('RAY_NO_ROOM');
  });
});
