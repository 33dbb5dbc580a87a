import { expect, test } from 'vitest';
import { relative } from './report.ts';

test('ratios are taken round by round, so that a drift of the machine falls out', () => {
  expect(relative([100, 200, 400], [50, 100, 200])).toBe(2);
  expect(relative([30], [10, 20, 30])).toBe(1.5);
});
