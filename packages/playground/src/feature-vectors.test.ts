import { expect, test } from 'vitest';
import { mostAlike, mostVaried, quantised, unitVector } from './feature-vectors.ts';

test('the dimensions kept are those that vary', () => {
  const features = Float32Array.of(5, 0, 1, 9, 5, 1, 3, 0, 5, 0, 5, 9);
  expect(mostVaried(features, 4, 2)).toEqual([2, 3]);
  expect(mostVaried(features, 4, 9)).toEqual([0, 1, 2, 3]);
});

test('images are alike by the direction of their features, not by their size', () => {
  const dimensions = [0, 2];
  const rows = [
    [1, 50, 0],
    [0.1, 0, 0.1],
    [0, 0, 7],
    [0, 3, 0],
  ];
  const table = Int8Array.from(rows.flatMap((row) => [...quantised(unitVector(row, dimensions))]));
  expect(mostAlike(table, unitVector([20, 0, 19], dimensions), 2)).toEqual([1, 0]);
  expect(mostAlike(table, unitVector([0, 0, 1], dimensions), 4)).toEqual([2, 1, 0, 3]);
});
