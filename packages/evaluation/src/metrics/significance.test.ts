import { expect, test } from 'vitest';
import { mcnemarExact } from './mcnemar.ts';
import { welchTest } from './welch.ts';

/** Predictions of which so many only the first, only the second, and both have right. */
const pair = (onlyFirst: number, onlySecond: number, both = 5): [boolean[], boolean[]] => {
  const many = (count: number, value: [boolean, boolean]) => Array.from({ length: count }, () => value);
  const all = [...many(onlyFirst, [true, false]), ...many(onlySecond, [false, true]), ...many(both, [true, true])];
  return [all.map(([first]) => first), all.map(([, second]) => second)];
};

test.each([
  // By hand: 2 · (1 + 10) / 2^10, and so on.
  [1, 9, 0.021484375],
  [9, 1, 0.021484375],
  [5, 5, 1],
  [0, 0, 1],
  [0, 10, 0.001953125],
])('%i against %i images have p %f', (onlyFirst, onlySecond, p) => {
  const result = mcnemarExact(...pair(onlyFirst, onlySecond));
  expect(result).toMatchObject({ onlyFirst, onlySecond });
  expect(result.p).toBeCloseTo(p, 12);
});

test('very many images do not underflow', () => {
  const { p } = mcnemarExact(...pair(1000, 1100));
  // The normal approximation with continuity correction gives 0.0307.
  expect(p).toBeCloseTo(0.0307, 3);
});

test("Welch's p is that of the t distribution with the degrees of freedom calculated by hand", () => {
  // Means 2 and 3, variances 1 and 1, n 3: t = 1.2247 with 4 degrees of freedom, p = 0.28786 (t tables).
  expect(welchTest([1, 2, 3], [2, 3, 4])).toBeCloseTo(0.28786, 4);
  // Two samples of two: t = 10/√0.01 ⋅ … by hand: means 0.05 and 10.05, error 0.005, t = 141.42, 2 degrees of freedom.
  expect(welchTest([0, 0.1], [10, 10.1])).toBeCloseTo(5.0e-5, 6);
  expect(welchTest([1, 1], [1, 1])).toBe(1);
  expect(welchTest([1, 1], [2, 2])).toBe(0);
  expect(welchTest([1], [2, 3])).toBeNaN();
});
