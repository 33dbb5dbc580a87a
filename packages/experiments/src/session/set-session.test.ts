import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { type ExperimentConfig, loadExperiment, resolvedYaml } from '@glyphlab/config';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { imageDataset, openRun } from '@glyphlab/tracking';
import { expect, test, vi } from 'vitest';
import type { JobEnd, LaunchedJob, Launcher } from '../launch/launcher.ts';
import { expandSet, type ExperimentSet } from '../plan/expand-set.ts';
import { digits, registry } from '../testing.ts';
import { SetSession } from './set-session.ts';

/** Accuracy on the test images that a member comes to; the second setting fails with its second seed. */
const accuracies: Record<string, number> = { 'a, seed 1': 0.98, 'a, seed 2': 0.99, 'b, seed 1': 0.9 };

/** Runs members in this process: real runs, whose figures are given. */
class InProcessLauncher implements Launcher {
  readonly started: string[] = [];
  /** The next one is killed in the middle. */
  kills = false;
  readonly #workspace: string;

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  async launch({ command: [file, parentRunId] }: { command: readonly string[] }): Promise<LaunchedJob> {
    const config = loadExperiment(file!, { registry });
    this.started.push(config.name);
    return { description: 'here', ended: this.#train(config, parentRunId!), stop: () => {}, kill: () => {} };
  }

  find = async () => undefined;

  follow = (): AsyncIterable<string> => {
    throw new Error('Nobody asks.');
  };

  async #train(config: ExperimentConfig, parentRunId: string): Promise<JobEnd> {
    const { name } = config;
    const run = await openRun({
      runsDir: join(this.#workspace, '.glyphlab', 'runs'),
      workspaceDir: this.#workspace,
      experiment: config.tracking.experiment,
      runName: name,
      tags: { ...config.tracking.tags, 'glyphlab.cpu': 'A CPU' },
      parentRunId,
      server: testServerUrl(),
      systemMetrics: false,
    });
    run.logBytes(resolvedYaml(config), 'config.yaml');
    const images = {
      numImages: 500,
      imageShape: [28, 28, 1],
      numClasses: 10,
      source: 'x',
      sourceType: 'local',
    } as const;
    run.logDataset(imageDataset({ name: 'digits', context: 'test', fingerprint: 'f', ...images }));
    for (const epoch of [1, 2, 3])
      run.logMetrics({ 'val/accuracy': epoch / 4, 'val/loss': 1 / epoch, 'train/loss': 0.5, epoch_seconds: 30 }, epoch);
    if (this.kills) {
      this.kills = false;
      await expect.poll(() => run.status().waiting, { timeout: 20_000 }).toBe(0);
      const journal = join(run.directory, 'journal.jsonl');
      const before = readFileSync(journal);
      run.abandon();
      writeFileSync(journal, before);
      return {};
    }
    const accuracy = accuracies[name];
    if (accuracy !== undefined) run.logMetrics({ best_epoch: 3, test_accuracy: accuracy, test_loss: 0.1 }, 3);
    await run.end(
      accuracy === undefined ? 'FAILED' : 'FINISHED',
      accuracy === undefined ? new Error('no memory') : undefined,
    );
    return { exitCode: accuracy === undefined ? 1 : 0 };
  }
}

const text = `seeds: [1, 2]
experiment: session test
members:
  - { config: digits.yaml, name: a }
  - { config: digits.yaml, name: b, set: { model.dropout: 0.1 } }
`;

function session(set: ExperimentSet, workspace: string) {
  const launcher = new InProcessLauncher(workspace);
  const said: string[] = [];
  mkdirSync(join(workspace, '.glyphlab'), { recursive: true });
  const made = new SetSession({
    set,
    registry,
    parallel: 2,
    runsDir: join(workspace, '.glyphlab', 'runs'),
    workspaceDir: workspace,
    server: testServerUrl(),
    launcher,
    command: { start: (file, parent) => [file, parent], resume: () => undefined },
    commandLine: 'the command',
    prepareData: async () => ['Not the official files.'],
    onMessage: (line) => said.push(line),
    stream: new PassThrough().resume(),
  });
  return { session: made, launcher, said };
}

test('members are children of one run, and the results come from MLflow, on this machine and on any other', async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  const workspace = temporaryDirectory({ 'digits.yaml': digits, 'two.yaml': text });
  const set = expandSet('two.yaml', { registry, cwd: workspace });
  const first = session(set, workspace);
  const { statuses, resultsFile } = await first.session.run();
  expect(statuses.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished', 'failed']);
  expect(statuses[3]!.problem).toContain('no memory');

  const client = new MlflowClient({ trackingUri: testServerUrl() });
  const { experimentId } = (await client.experiments.getByName('session test'))!;
  const runs: Run[] = [];
  for await (const run of client.runs.search({ experimentIds: [experimentId] })) runs.push(run);
  const parent = runs.find(({ name }) => name === 'two')!;
  expect(parent.status).toBe('FAILED');
  expect(parent.tags).toMatchObject({ 'glyphlab.set': 'two', 'glyphlab.command': 'the command' });
  expect(parent.tags['mlflow.note.content']).toContain('| **a** |');
  const children = runs.filter(({ tags }) => tags['mlflow.parentRunId'] === parent.runId);
  expect(children.map(({ name }) => name).sort()).toEqual(set.members.map(({ name }) => name));
  const artifacts = (await client.artifacts(parent.artifactUri).list()).map(({ path }) => path);
  expect(artifacts).toEqual(expect.arrayContaining(['RESULTS.md', 'figures', 'set.yaml']));
  await client.close();

  const results = readFileSync(resultsFile!, 'utf8');
  // (0.98 + 0.99) / 2, and √(2 · 0.005²).
  expect(results).toContain(
    '| **a** | **98.50 ± 0.71** | 0.1000 ± 0.0000 | **75.00 ± 0.00** | 0.3333 ± 0.0000 | 0.5000 ± 0.0000 | 3 | 3 | 1.5 ± 0.0 | 2 |',
  );
  expect(results).toContain('| b | 90.00 | 0.1000 | **75.00** | 0.3333 | 0.5000 | 3 | 3 | 1.5 | 1 of 2 |');
  expect(results).toContain('## digits, 500 test images\n\n> **Note:** Not the official files.');
  expect(results).toMatch(/\| b, seed 2 \| 3 of 3 \| .*no memory/);
  expect(results).toContain(`Figures from: MLflow (${testServerUrl()}), experiment "session test"`);
  for (const { name, runId } of children.filter(({ status }) => status === 'FINISHED'))
    expect(results).toMatch(new RegExp(`\\| ${name} \\|.*${runId}`));

  const elsewhere = temporaryDirectory({ 'digits.yaml': digits, 'two.yaml': text });
  const second = session(expandSet('two.yaml', { registry, cwd: elsewhere }), elsewhere);
  const report = await second.session.report();
  expect(second.launcher.started).toEqual([]);
  const ours = (page: string): string[] => page.split('\n').filter((line) => !/b, seed 2/.test(line));
  expect(ours(readFileSync(report.resultsFile!, 'utf8'))).toEqual(ours(results));

  // Once it works, only what failed is left to do.
  accuracies['b, seed 2'] = 0.92;
  const third = session(set, workspace);
  const end = await third.session.run();
  expect(third.launcher.started).toEqual(['b, seed 2']);
  expect(end.statuses.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished', 'finished']);
  expect(readFileSync(end.resultsFile!, 'utf8')).toContain('| b | 91.00 ± 1.41 |');
});

test('a run that is lost is ended on the server, and another one stands for its member', async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  const one = 'experiment: a lost run\nmembers:\n  - { config: digits.yaml, name: a }\n';
  const workspace = temporaryDirectory({ 'digits.yaml': digits, 'one.yaml': one });
  const { session: made, launcher } = session(expandSet('one.yaml', { registry, cwd: workspace }), workspace);
  launcher.kills = true;
  const { statuses } = await made.run();
  expect(launcher.started).toEqual([statuses[0]!.member.name, statuses[0]!.member.name]);
  expect(statuses.map(({ state }) => state)).toEqual(['finished']);
  const client = new MlflowClient({ trackingUri: testServerUrl() });
  const { experimentId } = (await client.experiments.getByName('a lost run'))!;
  const states: string[] = [];
  for await (const run of client.runs.search({
    experimentIds: [experimentId],
    filter: "tags.`glyphlab.parent` LIKE '%'",
  }))
    states.push(`${run.status} ${run.tags['glyphlab.error'] ?? ''}`);
  expect(states.sort()).toEqual(['FINISHED ', expect.stringMatching(/^KILLED The process ended without notice/)]);
  await client.close();
});

test('a set that was never run has nothing to report', async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', '');
  const workspace = temporaryDirectory({ 'digits.yaml': digits });
  writeFileSync(join(workspace, 'never.yaml'), text);
  const { session: never } = session(expandSet('never.yaml', { registry, cwd: workspace }), workspace);
  await expect(never.report()).rejects.toMatchObject({ code: 'EXPERIMENT_NOT_RUN', kind: 'wrongInput' });
  expect(never.statuses().map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
});
