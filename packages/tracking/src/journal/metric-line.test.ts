import { expect, test } from 'vitest';
import { fromMetricValue } from './entries.ts';
import { parseEntry } from './logged-before.ts';
import { MetricLines } from './metric-line.ts';

test('a line holds every double exactly, and NaN and the infinities', () => {
  const values = { a: 0.1, b: 1e-300, c: -5e21, d: NaN, e: Infinity, f: -Infinity, 'val/größe: x': Number.MAX_VALUE };
  const entry = parseEntry(new MetricLines().format(values, 7, 123)!);
  expect(entry).toMatchObject({ type: 'metrics', step: 7, time: 123 });
  if (entry?.type !== 'metrics') throw new Error('not a metric');
  expect(Object.fromEntries(Object.entries(entry.values).map(([key, value]) => [key, fromMetricValue(value)]))).toEqual(
    values,
  );
});

test.each([
  [{ 'a/../b': 1 }, 1, 'MLFLOW_BAD_KEY'],
  [{ '/a': 1 }, 1, 'MLFLOW_BAD_KEY'],
  [{ 'a//b': 1 }, 1, 'MLFLOW_BAD_KEY'],
  [{ 'a\n': 1 }, 1, 'MLFLOW_BAD_KEY'],
  [{ ['k'.repeat(251)]: 1 }, 1, 'MLFLOW_BAD_KEY'],
  [{ a: 1 }, 1.5, 'TRACKING_BAD_STEP'],
  [{ a: 1 }, NaN, 'TRACKING_BAD_STEP'],
  [{ a: '1' as unknown as number }, 1, 'TRACKING_BAD_VALUE'],
])('%j at step %s is refused with %s', (metrics, step, code) => {
  expect(() => new MetricLines().format(metrics, step, 0)).toThrow(expect.objectContaining({ code }));
});

test('metrics can be left out, and nothing left makes no line', () => {
  const lines = new MetricLines();
  expect(lines.format({ a: 1, b: 2 }, 0, 5, (key) => key === 'a')).toBe(
    '{"time":5,"type":"metrics","step":0,"values":{"b":2}}',
  );
  expect(lines.format({ a: 1 }, 0, 5, () => true)).toBeUndefined();
});
