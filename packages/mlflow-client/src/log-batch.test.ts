import { collect } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { splitBatch } from './log-batch.ts';
import { bare, freshRun, realClient } from './testing/fresh.ts';

const point = (key: string, value: number, step: number) => ({
  key,
  value,
  step,
  timestampMs: 1_700_000_000_000 + step,
});

test('a batch of any size is logged whole, in parts that the server takes', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const metrics = Array.from({ length: 2350 }, (_, step) => point('train/loss', step / 7, step));
  const params = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`p${i}`, `${i}`]));
  const tags = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`t${i}`, `${i}`]));
  await client.runs.logBatch(runId, { metrics, params, tags });

  const run = await client.runs.get(runId);
  expect(run.params).toEqual(params);
  expect(run.tags).toMatchObject(tags);
  expect(await collect(client.runs.metricHistory(runId, 'train/loss', { pageSize: 1000 }))).toEqual(metrics);
});

test('a batch that is sent again changes nothing', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const batch = { metrics: [point('a', 1, 1), point('a', 1, 2)], params: { p: '1' }, tags: { t: '1' } };
  await client.runs.logBatch(runId, batch);
  await client.runs.logBatch(runId, batch);
  expect(await collect(client.runs.metricHistory(runId, 'a'))).toEqual(batch.metrics);
});

test('every number comes back as it was', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const values = [0, 0.1, -1e-300, 5e-324, Number.MAX_VALUE, 1e21, 1 / 3, NaN, Infinity, -Infinity];
  const metrics = values.map((value, step) => point('x', value, step));
  await client.runs.logBatch(runId, { metrics });
  const stored = await collect(client.runs.metricHistory(runId, 'x'));
  // The database holds the largest number for infinity.
  const held = values.map((value) => (Math.abs(value) === Infinity ? Math.sign(value) * Number.MAX_VALUE : value));
  expect(stored.map(({ value }) => value)).toEqual(
    expect.arrayContaining(held.filter((value) => !Number.isNaN(value))),
  );
  expect(stored).toHaveLength(values.length);
  expect(stored.filter(({ value }) => Number.isNaN(value)).map(({ step }) => step)).toEqual([7]);
});

test.each([
  ['a fractional step', { step: 1.5 }],
  ['a fractional time', { timestampMs: 1.5 }],
  ['a step beyond all numbers', { step: Infinity }],
  ['a value that is text', { value: '1' as unknown as number }],
  ['a value that is missing', { value: undefined as unknown as number }],
])('%s stops the batch before anything is sent', async (_, wrong) => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const metrics = [
    ...Array.from({ length: 1500 }, (_, step) => point('a', 1, step)),
    { ...point('b', 1, 1), ...wrong },
  ];
  await expect(client.runs.logBatch(runId, { metrics })).rejects.toMatchObject({
    code: 'MLFLOW_BAD_POINT',
    kind: 'wrongInput',
  });
  expect((await client.runs.get(runId)).metrics).toEqual({});
});

test('why: the server would take such a batch and silently drop what follows', async () => {
  const client = realClient();
  const { runId: run_id } = await freshRun(client);
  const metrics = [
    { key: 'bad', value: 1, timestamp: 1, step: 1.5 },
    { key: 'next', value: 1, timestamp: 1, step: 1 },
  ];
  expect(await bare('runs/log-batch', { run_id, metrics })).toMatchObject({ status: 200 });
  expect((await client.runs.get(run_id)).metrics).not.toHaveProperty('next');
});

test('a param that has another value already refuses its whole batch', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  await client.runs.logParam(runId, 'p', '1');
  const batch = { params: { p: '2' }, tags: { t: '1' }, metrics: [point('a', 1, 1)] };
  await expect(client.runs.logBatch(runId, batch)).rejects.toMatchObject({
    errorCode: 'INVALID_PARAMETER_VALUE',
    mayBeDone: false,
    serverMessage: expect.stringContaining('already logged'),
  });
  const run = await client.runs.get(runId);
  expect(run.metrics).toEqual({});
  expect(run.tags).not.toHaveProperty('t');
});

test('each part keeps to every limit, and an empty batch has none', () => {
  const sizes = (metrics: number, params: number, tags: number) => {
    const entries = (prefix: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, '']));
    const points = Array.from({ length: metrics }, (_, step) => point('a', 1, step));
    return splitBatch({ metrics: points, params: entries('p', params), tags: entries('t', tags) }).map((part) => [
      part.metrics.length,
      part.params.length,
      part.tags.length,
    ]);
  };
  expect(sizes(0, 0, 0)).toEqual([]);
  expect(sizes(1000, 0, 0)).toEqual([[1000, 0, 0]]);
  expect(sizes(1001, 150, 10)).toEqual([
    [890, 100, 10],
    [111, 50, 0],
  ]);
});
