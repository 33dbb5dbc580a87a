import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('options have defaults, and take lists', () => {
  expect(parseOptions([])).toMatchObject({ parts: ['loss', 'overhead', 'side-by-side', 'many'], members: 1000 });
  expect(parseOptions(['--part', 'many,loss', '--members', '50'])).toMatchObject({
    parts: ['many', 'loss'],
    members: 50,
  });
});

test.each([
  [['--members', '0'], 'BENCH_BAD_NUMBER'],
  [['--part', 'speed'], 'BENCH_UNKNOWN_PART'],
  [['--precision', 'fp64'], 'BENCH_UNKNOWN_PRECISION'],
  [['--speed', '1'], 'BENCH_UNKNOWN_OPTION'],
])('%j is refused', (args, code) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
});
