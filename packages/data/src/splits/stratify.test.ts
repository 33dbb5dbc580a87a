import { expect, test } from 'vitest';
import { type Split, splitDigest, classCounts } from '../dataset.ts';
import { createRandom } from './random.ts';
import { limitSplit, proportions, stratifiedSplit } from './stratify.ts';

/** One pixel an image, its row number; labels as given. */
const split = (labels: number[]): Split => ({
  images: Uint8Array.from(labels, (_, row) => row),
  labels: Uint8Array.from(labels),
  size: labels.length,
});

const hundred = split(Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : i < 80 ? 1 : 2)));

test.each([
  [[50, 30, 20], 10, [5, 3, 2]],
  [[1, 1, 1], 2, [1, 1, 0]],
  [[7, 0, 3], 5, [4, 0, 1]],
  [[2, 2], 9, [2, 2]],
  [[], 3, []],
])('%j shares %i as %j', (counts, total, shares) => {
  expect(proportions(counts, total)).toEqual(shares);
});

test('both parts keep every image once, in order, and every class in proportion', () => {
  const [rest, heldOut] = stratifiedSplit(hundred, 10, createRandom(1));
  expect([classCounts(rest, 3), classCounts(heldOut, 3)]).toEqual([
    [45, 27, 18],
    [5, 3, 2],
  ]);
  expect([...rest.images, ...heldOut.images].sort((a, b) => a - b)).toEqual([...hundred.images]);
  for (const part of [rest, heldOut]) {
    expect([...part.images]).toEqual([...part.images].sort((a, b) => a - b));
    expect([...part.labels]).toEqual([...part.images].map((row) => hundred.labels[row]));
  }
});

test('the same seed gives the same split everywhere, another one another', () => {
  const heldOut = (seed: number) => [...stratifiedSplit(hundred, 10, createRandom(seed))[1].images];
  expect(heldOut(1)).toEqual([5, 14, 21, 23, 31, 54, 63, 74, 82, 98]);
  expect(heldOut(1)).toEqual(heldOut(1));
  expect(heldOut(2)).not.toEqual(heldOut(1));
});

test('a limit takes the first images of each class', () => {
  expect([...limitSplit(hundred, 10).images]).toEqual([0, 1, 2, 3, 4, 50, 51, 52, 80, 81]);
  expect(limitSplit(hundred, 100)).toBe(hundred);
  expect(limitSplit(hundred, 1).size).toBe(1);
});

test('the digest tells parts apart and fits MLflow', () => {
  const [rest, heldOut] = stratifiedSplit(hundred, 10, createRandom(1));
  expect(splitDigest(rest)).toMatch(/^[0-9a-f]{36}$/);
  expect(splitDigest(rest)).not.toBe(splitDigest(heldOut));
  expect(splitDigest({ ...rest })).toBe(splitDigest(rest));
  expect(splitDigest({ ...rest, labels: rest.labels.map((label) => label ^ 1) })).not.toBe(splitDigest(rest));
});
