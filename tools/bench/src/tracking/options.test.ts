import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('options have defaults, and take lists', () => {
  expect(parseOptions([])).toMatchObject({ points: 10_000, workers: [1, 4], memoryPoints: 1_000_000 });
  expect(parseOptions(['--workers', '2', '--log-metric-points', '0'])).toMatchObject({
    workers: [2],
    logMetricPoints: 0,
  });
});

test.each([
  [['--points', '0'], 'BENCH_BAD_NUMBER'],
  [['--workers', '1,x'], 'BENCH_BAD_NUMBER'],
  [['--speed', '1'], 'BENCH_UNKNOWN_OPTION'],
])('%j is refused', (args, code) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
});
