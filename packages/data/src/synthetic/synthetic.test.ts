import { expect, test } from 'vitest';
import { splitDigest } from '../dataset.ts';
import type { SyntheticOptions } from './options.ts';
import { makeSynthetic } from './synthetic.ts';

const options: SyntheticOptions = { size: 64, numClasses: 8, height: 16, width: 20, channels: 3 };

test('images have the shape, and all classes their share', () => {
  const { train, val, test: testSplit, imageShape, classNames } = makeSynthetic(options, 1);
  expect(imageShape).toEqual([16, 20, 3]);
  expect(classNames).toHaveLength(8);
  expect([train.size, val.size, testSplit.size]).toEqual([64, 16, 16]);
  expect(train.images).toHaveLength(64 * 16 * 20 * 3);
  expect(new Set(train.labels).size).toBe(8);
});

test('the same seed draws the same images', () => {
  const digest = (seed: number) => splitDigest(makeSynthetic(options, seed).train);
  expect(digest(1)).toBe(digest(1));
  expect(digest(1)).not.toBe(digest(2));
});

test('even the mean image of a class tells most test images', () => {
  const { train, test: testSplit } = makeSynthetic(
    { size: 800, numClasses: 62, height: 28, width: 28, channels: 1 },
    3,
  );
  const pixels = 28 * 28;
  const means = Array.from({ length: 62 }, () => new Float64Array(pixels));
  train.labels.forEach((label, i) =>
    means[label]!.forEach((_, p) => (means[label]![p]! += train.images[i * pixels + p]!)),
  );
  means.forEach((mean) => {
    const norm = Math.hypot(...mean);
    mean.forEach((value, p) => (mean[p] = value / norm));
  });
  const right = [...testSplit.labels].filter((label, i) => {
    const scores = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + value * testSplit.images[i * pixels + p]!, 0),
    );
    return scores.indexOf(Math.max(...scores)) === label;
  });
  expect(right.length / testSplit.size).toBeGreaterThan(0.6);
});
