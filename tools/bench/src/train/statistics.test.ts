import { expect, test } from 'vitest';
import { median, spread } from './statistics.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 30, 20])).toBe(25);
  expect(median([7])).toBe(7);
});

test('the spread is a share of the median', () => {
  expect(spread([100, 90, 120])).toBeCloseTo(0.3);
  expect(spread([5])).toBe(0);
});
