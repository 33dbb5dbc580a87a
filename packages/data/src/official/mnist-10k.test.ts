import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { splitDigest, classCounts } from '../dataset.ts';
import { loadMnist10k } from './mnist-10k.ts';

const digests = [
  'a8589c0446438b21a1f72e09b99bc4eebdd8',
  '80b12013964620764711a0a0a26acbc65830',
  '55a4cda4fd53134b5f0d919c0fb690949949',
];

test('10,000 real digits are parted the same way each time, with and without the cache', async () => {
  const cacheDir = temporaryDirectory();
  const first = await loadMnist10k({ valFraction: 0.1 }, cacheDir);
  expect([first.train, first.val, first.test].map(({ size }) => size)).toEqual([8000, 1000, 1000]);
  expect([first.train, first.val, first.test].map(splitDigest)).toEqual(digests);
  expect(classCounts(first.test, 10)).toEqual([100, 113, 99, 103, 98, 86, 102, 107, 94, 98]);
  expect(new Set(first.train.labels.subarray(0, 64)).size).toBe(10);

  expect(readdirSync(join(cacheDir, 'mnist-10k'))).toEqual(['images-and-labels.bin']);
  const second = await loadMnist10k({ valFraction: 0.1 }, cacheDir);
  expect([second.train, second.val, second.test].map(splitDigest)).toEqual(digests);
});

test('a damaged cache is made anew, and one that cannot be written is done without', async () => {
  const cacheDir = temporaryDirectory();
  mkdirSync(join(cacheDir, 'mnist-10k'));
  writeFileSync(join(cacheDir, 'mnist-10k', 'images-and-labels.bin'), 'torn');
  expect(splitDigest((await loadMnist10k({ valFraction: 0.1 }, cacheDir)).val)).toBe(digests[1]);
  const blocked = join(cacheDir, 'mnist-10k', 'images-and-labels.bin');
  expect(splitDigest((await loadMnist10k({ valFraction: 0.1 }, blocked)).val)).toBe(digests[1]);
});

test('labels that are wrong on purpose are so many, each another than the right one, in the same images', async () => {
  const cacheDir = temporaryDirectory();
  const [right, noisy] = await Promise.all([
    loadMnist10k({ valFraction: 0.1 }, cacheDir),
    loadMnist10k({ valFraction: 0.1, labelNoise: 0.01 }, cacheDir),
  ]);
  const changed = (part: 'train' | 'val' | 'test') =>
    noisy[part].labels.filter((label, row) => label !== right[part].labels[row]).length;
  expect([changed('train'), changed('val'), changed('test')]).toEqual([80, 10, 0]);
  expect(Buffer.compare(noisy.train.images, right.train.images)).toBe(0);
  expect(noisy.notes.at(-1)).toBe('1.0 % of the training and validation labels are wrong on purpose.');
});

test('the test part stays the same whatever is held out for validation', async () => {
  const { train, val, test: testSplit } = await loadMnist10k({ valFraction: 0.2, limit: 1500 }, temporaryDirectory());
  expect([train.size, val.size, testSplit.size]).toEqual([1500, 1500, 1000]);
  expect(splitDigest(testSplit)).toBe(digests[2]);
});

test('perClass takes so many digits of each for training and validation; the test stays', async () => {
  const cacheDir = temporaryDirectory();
  const all = await loadMnist10k({ valFraction: 0.1 }, cacheDir);
  const few = await loadMnist10k({ valFraction: 0.1, perClass: 20 }, cacheDir);
  expect(classCounts(few.train, 10)).toEqual(Array(10).fill(18));
  expect(classCounts(few.val, 10)).toEqual(Array(10).fill(2));
  expect(few.test).toEqual(all.test);
});

test('with imbalance, classes of the training part grow rarer to the asked ratio; the other parts stay', async () => {
  const cacheDir = temporaryDirectory();
  const all = await loadMnist10k({ valFraction: 0.1, perClass: 90 }, cacheDir);
  const few = await loadMnist10k({ valFraction: 0.1, perClass: 90, imbalance: 20 }, cacheDir);
  const counts = classCounts(few.train, 10);
  expect([counts[0], counts[9]]).toEqual([81, 4]);
  counts.slice(1).forEach((count, k) => expect(count).toBeLessThan(counts[k]!));
  expect([few.val, few.test]).toEqual([all.val, all.test]);
});
