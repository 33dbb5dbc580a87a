import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UUID_TAG } from '../run/tags.ts';
import {
  direct,
  expectMirrored,
  loggedRun,
  send,
  testDirectory as directory,
  testModelName as registeredName,
  testProxy as proxy,
} from '../testing/drained-run.ts';
import type { Fault } from '../testing/fault-proxy.ts';
import { runsOf } from '../testing/mirror.ts';
import { Cursor } from './cursor.ts';
import { Backoff } from './drain-loop.ts';

/** Every kind of changing request meets the fault once before it gets through. */
function eachOnce(fault: Fault): void {
  const met = new Set<string>();
  proxy().fault = (method, path) => {
    const kind = `${method} ${path.replace(/[0-9a-f]{32}.*/, '')}`;
    if (method === 'GET' || path.includes('/search') || met.has(kind)) return 'none';
    met.add(kind);
    return fault;
  };
}

test('what the server has equals what was logged', async () => {
  const run = await loggedRun(1500);
  expect(await send(run)).toEqual({ complete: true, errors: [], messages: [], refused: [] });
  await expectMirrored(run);
  const batches = proxy().seen.filter((request) => request.endsWith('runs/log-batch'));
  expect(batches.length).toBeLessThan(10);
});

test.each<Fault>(['error-500', 'busy-503', 'busy-after', 'lost-answer', 'reset'])(
  'every request meets %s once: nothing is lost and nothing is there twice',
  async (fault) => {
    const run = await loggedRun(300);
    eachOnce(fault);
    const { complete, errors } = await send(run);
    expect(complete).toBe(true);
    expect(errors.length).toBeGreaterThan(5);
    await expectMirrored(run);
  },
);

test('a server that asks for time gets it', async () => {
  const run = await loggedRun(10);
  let isFirst = true;
  proxy().fault = (_method, path) => {
    if (!isFirst || !path.endsWith('runs/log-batch')) return 'none';
    isFirst = false;
    return 'busy-429';
  };
  const asked: number[] = [];
  class Noted extends Backoff {
    override nextMs(atLeastMs?: number): number {
      asked.push(atLeastMs ?? 0);
      return 0;
    }
  }
  expect(await send(run, { backoff: new Noted() })).toMatchObject({ complete: true });
  expect(asked).toEqual([1000]);
  await expectMirrored(run);
});

test('a server that hangs is left, and asked again', async () => {
  const run = await loggedRun(50);
  eachOnce('hang');
  const { complete, errors } = await send(run, { timeoutMs: 300 });
  expect(complete).toBe(true);
  expect(errors.length).toBeGreaterThan(5);
  await expectMirrored(run);
});

test('an end does not wait for a server that is silent', async () => {
  const run = await loggedRun(50);
  proxy().fault = () => 'hang';
  const { complete, errors } = await send(run, { patienceMs: 300 });
  expect(complete).toBe(false);
  expect(errors).toMatchObject([{ code: 'TRACKING_NO_ANSWER' }]);
});

test('a run that is created a second time, later than anyone waited, is deleted', async () => {
  const run = await loggedRun(5);
  let creates = 0;
  proxy().fault = async (_method, path) => {
    if (path.endsWith('runs/create')) return creates++ === 0 ? 'busy-503' : 'none';
    if (path.endsWith('runs/log-batch') && creates === 2) {
      creates++;
      // What the server does now of the request that it seemed to have refused.
      const { experimentId } = (await direct.experiments.getByName('drain'))!;
      await direct.runs.create({ experimentId, tags: { [UUID_TAG]: run.uuid } });
      expect(await runsOf(direct, 'drain', run.uuid)).toHaveLength(2);
    }
    return 'none';
  };
  expect(await send(run)).toMatchObject({ complete: true });
  expect(creates).toBe(3);
  await expectMirrored(run);
});

test('a cursor that is lost or behind does no harm', async () => {
  const run = await loggedRun(1200);
  await send(run);
  const cursor = Cursor.open(run.directory, proxy().url);
  cursor.startOver();
  expect(await send(run)).toMatchObject({ complete: true });
  await expectMirrored(run);
  const { runId } = Cursor.open(run.directory, proxy().url).state;
  expect(await runsOf(direct, 'drain', run.uuid)).toMatchObject([{ runId }]);
});

test('a version that is made a second time, later than anyone waited, is deleted', async () => {
  const run = await loggedRun(1);
  let isFirst = true;
  proxy().fault = async (_method, path) => {
    if (!path.endsWith('registered-models/alias') || !isFirst) return 'none';
    isFirst = false;
    // What the server does now of a request that it seemed to have refused.
    const { source, runId, tags } = await direct.modelVersions.get(registeredName(), '1');
    const modelId = source.replace('models:/', '');
    await direct.modelVersions.create({ name: registeredName(), source, tags, modelId, ...(runId && { runId }) });
    return 'busy-503';
  };
  expect(await send(run)).toMatchObject({ complete: true });
  expect(isFirst).toBe(false);
  await expectMirrored(run);
});

test('a run sent again, or late, takes the alias from no version that got it since', async () => {
  const [first, second] = [
    await loggedRun(1),
    (rmSync(join(directory(), 'model'), { recursive: true }), await loggedRun(1)),
  ];
  await send(second);
  const late = await send(first);
  expect(late.messages).toEqual([expect.stringContaining('@champion stays at version 1')]);
  const champion = () => direct.registeredModels.getByAlias(registeredName(), 'champion');
  expect(await champion()).toMatchObject({ version: '1' });
  await direct.registeredModels.setAlias(registeredName(), 'champion', '2');
  Cursor.open(second.directory, proxy().url).startOver();
  await send(second);
  expect(await champion()).toMatchObject({ version: '2' });
});

test('a run that the server has lost is sent again from the beginning', async () => {
  const run = await loggedRun(20);
  const cursor = Cursor.open(run.directory, proxy().url);
  Object.assign(cursor.state, {
    runId: 'f'.repeat(32),
    experimentId: '0',
    artifactUri: 'mlflow-artifacts:/0/x/artifacts',
  });
  cursor.state.positions['journal.jsonl'] = { bytes: 0, lines: 0 };
  cursor.save();
  proxy().fault = () => 'none';
  const { complete } = await send(run);
  expect(complete).toBe(true);
  await expectMirrored(run);
});

test('a run that was deleted on the server waits for its restoration', async () => {
  const run = await loggedRun(10);
  await send(run);
  const { runId } = (await runsOf(direct, 'drain', run.uuid))[0]!;
  await direct.runs.delete(runId);
  Cursor.open(run.directory, proxy().url).startOver();
  const first = await send(run, { untilError: true });
  expect(first.complete).toBe(false);
  expect(first.errors).toContainEqual(expect.objectContaining({ code: 'TRACKING_RUN_DELETED' }));
  await direct.runs.restore(runId);
  expect(await send(run)).toMatchObject({ complete: true, messages: [] });
  await expectMirrored(run);
});

test('a child finds its parent, also one that is sent later', async () => {
  const parent = await loggedRun(1);
  rmSync(join(directory(), 'model'), { recursive: true });
  const child = await loggedRun(1, { parentRunId: parent.uuid });
  proxy().fault = (_method, path) => (path.endsWith('runs/update') ? 'busy-503' : 'none');
  expect(await send(child, { untilError: true })).toMatchObject({ complete: false });
  proxy().fault = () => 'none';
  await send(parent);
  expect(await send(child)).toMatchObject({ complete: true });
  const { runId } = (await runsOf(direct, 'drain', parent.uuid))[0]!;
  expect(await runsOf(direct, 'drain', child.uuid)).toMatchObject([{ tags: { 'mlflow.parentRunId': runId } }]);
});

test('a child that ended before its parent came to the server belongs to it all the same', async () => {
  const parent = await loggedRun(1);
  rmSync(join(directory(), 'model'), { recursive: true });
  const child = await loggedRun(1, { parentRunId: parent.uuid });
  expect(await send(child)).toMatchObject({ complete: true, messages: [] });
  await send(parent);
  const { runId } = (await runsOf(direct, 'drain', parent.uuid))[0]!;
  expect(await runsOf(direct, 'drain', child.uuid)).toMatchObject([
    { status: 'FINISHED', tags: { 'mlflow.parentRunId': runId } },
  ]);
});
