import { expect, test } from 'vitest';
import { isShown } from './mistake-panels.ts';

test.each([
  [15, 10, [1, 3, 5, 7, 9, 11, 13, 15]],
  [10, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [60, 10, [6, 12, 18, 24, 30, 36, 42, 48, 54, 60]],
  [5, 1, [5]],
  [4, 0, []],
])('of %i epochs at most %i are shown, the last among them', (epochs, most, shown) => {
  const all = Array.from({ length: epochs }, (_, k) => k + 1);
  expect(all.filter((epoch) => isShown(epoch, epochs, most))).toEqual(shown);
});
