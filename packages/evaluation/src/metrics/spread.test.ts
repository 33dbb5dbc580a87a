import { expect, test } from 'vitest';
import { formatSpread, spreadOf } from './spread.ts';

test('mean and sample deviation are those of a calculation by hand', () => {
  // Mean (0.990 + 0.992 + 0.997) / 3; squares of −3, −1 and 4 thousandths make 26e-6; 26e-6 / 2 = 13e-6.
  const { mean, deviation, count } = spreadOf([0.99, 0.992, 0.997]);
  expect(mean).toBeCloseTo(0.993, 12);
  expect(deviation).toBeCloseTo(Math.sqrt(13e-6), 12);
  expect(count).toBe(3);
  expect(formatSpread({ mean, deviation, count }, 2, 100)).toBe('99.30 ± 0.36');
});

test('one value has no deviation, none has no mean, and what is not finite does not count', () => {
  expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: undefined, count: 1 });
  expect(formatSpread(spreadOf([0.5]), 1)).toBe('0.5');
  expect(formatSpread(spreadOf([]), 2)).toBe('–');
  expect(spreadOf([NaN, 1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2, count: 2 });
});
