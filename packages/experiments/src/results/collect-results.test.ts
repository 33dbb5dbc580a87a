import type { RunRecord } from '@glyphlab/tracking';
import { expect, test } from 'vitest';
import { member, record } from '../testing.ts';
import { collectResults } from './collect-results.ts';
import type { MlflowRun } from './mlflow-runs.ts';

const local = (uuid: string, status: RunRecord['status'] = 'FINISHED') => ({
  directory: uuid,
  memberId: 'a',
  record: record({ uuid, status }),
});
const mirrored = (uuid: string, memberId: string | undefined, startedMs = 0): MlflowRun => ({
  runId: `mlflow-${uuid}`,
  url: `http://x/${uuid}`,
  memberId,
  record: record({ uuid, startedMs }),
});

const collect = (runs: ReturnType<typeof local>[], mlflow: MlflowRun[]) =>
  collectResults([member('a')], () => runs, mlflow, new Map([['a', 'why']]))[0]!;

test('what MLflow holds comes first, the latest of several', () => {
  const found = collect([local('u1')], [mirrored('u2', 'a', 2), mirrored('u1', 'a', 1), mirrored('u3', 'b', 3)]);
  expect(found).toMatchObject({ runId: 'mlflow-u2', url: 'http://x/u2' });
});

test('a run is known by its UUID, too: its tag may be of an older way to name members', () => {
  expect(collect([local('u1')], [mirrored('u1', 'old')])).toMatchObject({ runId: 'mlflow-u1' });
});

test('a run that was stopped early stands for its member, unless one finished', () => {
  const stopped: MlflowRun = {
    ...mirrored('u1', 'a', 2),
    record: record({ status: 'KILLED', tags: { 'glyphlab.stoppedEarly': 'why' } }),
  };
  expect(collect([], [stopped])).toMatchObject({ runId: 'mlflow-u1', stoppedEarly: 'why' });
  expect(collect([], [mirrored('u2', 'a', 1), stopped])).toMatchObject({ runId: 'mlflow-u2', stoppedEarly: undefined });
  expect(collect([local('u3')], [stopped])).toMatchObject({ record: { uuid: 'u3' }, stoppedEarly: undefined });
  expect(collect([{ ...local('u4', 'KILLED'), stoppedEarly: 'why' } as never], [])).toMatchObject({
    stoppedEarly: 'why',
  });
});

test('without MLflow the journal of the run that finished stands, else the latest with its problem', () => {
  expect(collect([local('u1'), local('u2', 'KILLED')], [])).toMatchObject({ record: { uuid: 'u1' }, runId: undefined });
  expect(collect([local('u1', 'FAILED'), local('u2', 'KILLED')], [])).toMatchObject({
    record: { uuid: 'u2' },
    problem: 'why',
  });
  expect(collect([], [])).toMatchObject({ record: undefined, problem: 'why' });
});
