import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { expandSet } from '@glyphlab/experiments';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ownKinds } from '../../project/registry.ts';
import { cli, scratch } from '../../testing/index.ts';

const EPOCHS = 60;
const client = new MlflowClient({ trackingUri: testServerUrl() });

/** A search of two trials, the second of which learns nothing. */
function workspace(experiment: string): string {
  const root = scratch();
  mkdirSync(join(root, '.glyphlab'));
  const config = `name: tiny
dataset: { type: synthetic, size: 1024 }
model: { type: cnn, filters: [4], denseUnits: 8 }
training: { epochs: ${EPOCHS} }
tracking: { mistakePanels: 0 }
`;
  const set = `experiment: ${experiment}
members:
  - config: tiny.yaml
    name: asha
    search:
      type: asha
      trials: 2
      monitor: val/accuracy
      space: { training.optimizer.learningRate: { choice: [0.05, 0.00000001] } }
`;
  writeFileSync(join(root, 'tiny.yaml'), config);
  writeFileSync(join(root, 'two.yaml'), set);
  return root;
}

async function runsOf(experiment: string): Promise<Run[]> {
  const { experimentId } = (await client.experiments.getByName(experiment))!;
  const runs: Run[] = [];
  for await (const run of client.runs.search({ experimentIds: [experimentId] })) runs.push(run);
  return runs;
}

// Two trainings in processes of their own.
test(
  'a hopeless trial is stopped, marked in MLflow, never tested and never begun again',
  { timeout: 300_000 },
  async () => {
    onTestFinished(() => client.close());
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
    const experiment = `search ${Math.random()}`;
    const root = workspace(experiment);
    const { members } = expandSet('two.yaml', { registry: ownKinds, cwd: root });
    expect(members.map(({ config }) => config.training.optimizer.learningRate)).toEqual([0.05, 1e-8]);

    const args = ['experiment', '--file', 'two.yaml', '--parallel', '1'];
    const first = await cli(args, root);
    expect(first.stderr).toMatch(
      /trial 2: stopped early, after epoch 1: val\/accuracy 0\.\d{4} is not among the best 1\/3 of 2\n/,
    );
    expect(first.exitCode).toBe(0);

    const runs = await runsOf(experiment);
    const named = (name: string): Run => runs.find((run) => run.name === name)!;
    const [going, stopped] = [named('asha, seed 1, trial 1'), named('asha, seed 1, trial 2')];
    expect(going).toMatchObject({ status: 'FINISHED', tags: { 'mlflow.parentRunId': named('two').runId } });
    expect(going.tags['glyphlab.stoppedEarly']).toBeUndefined();
    expect(stopped).toMatchObject({ status: 'KILLED', tags: { 'mlflow.parentRunId': named('two').runId } });
    expect(stopped.tags['glyphlab.stoppedEarly']).toMatch(/^after epoch 1: val\/accuracy/);
    expect(Object.keys(stopped.metrics).filter((key) => key.startsWith('test_'))).toEqual([]);
    const trained = stopped.metrics['val/accuracy']!.step;
    expect(trained).toBeGreaterThanOrEqual(1);
    expect(trained).toBeLessThan(EPOCHS);

    const results = readFileSync(join(root, 'two', 'RESULTS.md'), 'utf8');
    const [val, tested] = [going.metrics['val/accuracy']!, going.metrics['test_accuracy']!.value];
    expect(val.step).toBe(EPOCHS);
    expect(results).toContain(`| ${(100 * tested).toFixed(2)} | ${EPOCHS + trained}.0 | 2.0 | 1.0 |`);
    expect(results).toMatch(
      new RegExp(
        `\\| asha, seed 1 \\| 1 \\| [\\d.]+ \\| ${(100 * tested).toFixed(2)} \\| 0.05 \\| \\[\`${going.runId}\``,
      ),
    );
    expect(results).not.toContain('Not complete');

    const second = await cli(args, root);
    expect(second.exitCode).toBe(0);
    expect(second.stderr).not.toContain('started');
    expect(await runsOf(experiment)).toHaveLength(3);
  },
);
