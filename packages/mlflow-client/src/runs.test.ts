import { randomUUID } from 'node:crypto';
import { collect } from '@glyphlab/core';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MlflowClient } from './client.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });
let experimentId: string;

beforeAll(async () => {
  experimentId = await client.experiments.create({ name: `runs ${randomUUID()}` });
});
afterAll(() => client.close());

test('a run starts now, carries what it was given and has no end', async () => {
  const before = Date.now();
  const run = await client.runs.create({ experimentId, name: 'first', tags: { 'a/b': 'ü' }, userId: 'ada' });
  expect(run).toMatchObject({ experimentId, name: 'first', status: 'RUNNING', endTimeMs: undefined });
  expect(run.startTimeMs).toBeGreaterThanOrEqual(before);
  expect(run.tags).toMatchObject({ 'a/b': 'ü' });
  expect(run.artifactUri).toBe(`mlflow-artifacts:/${experimentId}/${run.runId}/artifacts`);
});

test('times of the past are kept to the millisecond, and an end is set with the final status', async () => {
  const { runId } = await client.runs.create({ experimentId, startTimeMs: 1_600_000_000_123 });
  await client.runs.finish(runId, { status: 'KILLED', endTimeMs: 1_600_000_009_456 });
  expect(await client.runs.get(runId)).toMatchObject({
    startTimeMs: 1_600_000_000_123,
    endTimeMs: 1_600_000_009_456,
    status: 'KILLED',
  });
  const before = Date.now();
  await client.runs.finish(runId);
  const run = await client.runs.get(runId);
  expect(run.status).toBe('FINISHED');
  expect(run.endTimeMs).toBeGreaterThanOrEqual(before);
});

test('a status that MLflow would ignore is refused', async () => {
  const { runId } = await client.runs.create({ experimentId });
  const update = client.runs.update(runId, { status: 'DONE' as 'FINISHED' });
  await expect(update).rejects.toMatchObject({ code: 'MLFLOW_BAD_STATUS', kind: 'wrongInput' });
});

test('a run with a tag of its own is created once, however often and from wherever it is asked for', async () => {
  const tag = { key: 'client.uuid', value: randomUUID() };
  const first = await client.runs.createOnce({ experimentId, name: 'once' }, tag);
  const second = await client.runs.createOnce({ experimentId, name: 'once' }, tag);
  expect(second.runId).toBe(first.runId);
  await client.runs.delete(first.runId);
  const found = await client.runs.findByTag(experimentId, tag.key, tag.value);
  expect(found).toMatchObject({ runId: first.runId, lifecycleStage: 'deleted' });
  await client.runs.restore(first.runId);
  expect((await client.runs.get(first.runId)).lifecycleStage).toBe('active');
  expect(await client.runs.findByTag(experimentId, tag.key, randomUUID())).toBeUndefined();
});

test('a search goes through all pages and no further than it is read', async () => {
  const other = await client.experiments.create({ name: `pages ${randomUUID()}` });
  for (let i = 0; i < 5; i++) {
    const { runId } = await client.runs.create({ experimentId: other, name: `run ${i}` });
    await client.runs.logMetric(runId, { key: 'val/accuracy', value: i / 10, step: 1, timestampMs: 1 });
  }
  const search = { experimentIds: [other], orderBy: ['metrics.`val/accuracy` DESC'], pageSize: 2 };
  const names = (await collect(client.runs.search(search))).map(({ name }) => name);
  expect(names).toEqual(['run 4', 'run 3', 'run 2', 'run 1', 'run 0']);
  const good = await collect(client.runs.search({ ...search, filter: 'metrics.`val/accuracy` > 0.25' }));
  expect(good).toHaveLength(2);
  expect(await collect(client.runs.search({ ...search, filter: "tags.x = 'none'" }))).toEqual([]);
});

test('tags and params are set, a tag changed and deleted, a param not changed', async () => {
  const { runId } = await client.runs.create({ experimentId });
  await client.runs.setTag(runId, 'mlflow.note.content', '# Title');
  await client.runs.setTag(runId, 'mlflow.note.content', '');
  await client.runs.setTag(runId, 'gone', 'x');
  await client.runs.deleteTag(runId, 'gone');
  await client.runs.logParam(runId, 'training.epochs', '2');
  await client.runs.logParam(runId, 'training.epochs', '2');
  const run = await client.runs.get(runId);
  expect(run.params).toEqual({ 'training.epochs': '2' });
  expect(run.tags).toMatchObject({ 'mlflow.note.content': '' });
  expect(run.tags).not.toHaveProperty('gone');
  const change = client.runs.logParam(runId, 'training.epochs', '3');
  await expect(change).rejects.toMatchObject({ status: 400, errorCode: 'INVALID_PARAMETER_VALUE', temporary: false });
});

test('what is not there is said with the server’s words', async () => {
  await expect(client.runs.get('0'.repeat(32))).rejects.toMatchObject({
    code: 'MLFLOW_RESOURCE_DOES_NOT_EXIST',
    status: 404,
    url: `${testServerUrl()}/api/2.0/mlflow/runs/get?run_id=${'0'.repeat(32)}`,
    serverMessage: expect.stringContaining('not found'),
  });
});
