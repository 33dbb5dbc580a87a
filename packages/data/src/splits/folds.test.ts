import { expect, test } from 'vitest';
import { classCounts, type Dataset, type PartName, type Split } from '../dataset.ts';
import { foldPlaces, holdOutFold } from './folds.ts';

/** One pixel an image, its number among all; labels 0 and 1, of the second a quarter. */
const split = (from: number, size: number): Split => ({
  images: Uint8Array.from({ length: size }, (_, k) => from + k),
  labels: Uint8Array.from({ length: size }, (_, k) => Number(k % 4 === 0)),
  size,
  pictures: Array.from({ length: size }, (_, k) => ({ name: `${from + k}.png`, height: 1, width: 1 })),
});

const dataset: Dataset = {
  type: 'folder',
  name: 'folder',
  classNames: ['a', 'b'],
  imageShape: [1, 1, 1],
  train: split(0, 80),
  val: split(80, 12),
  test: split(92, 11),
  source: 'here',
  notes: [],
};

const numbers = (data: Dataset, ...parts: PartName[]): number[] =>
  parts.flatMap((part) => [...data[part].images]).sort((a, b) => a - b);
const upTo = (size: number): number[] => Array.from({ length: size }, (_, k) => k);

test('every image is held out once, every class in proportion, and a test part of its own is read in no fold', () => {
  const folds = [1, 2, 3, 4, 5].map((held) => holdOutFold(dataset, { of: 5, held }, 7));
  expect(folds.flatMap((fold) => numbers(fold, 'test')).sort((a, b) => a - b)).toEqual(upTo(92));
  for (const fold of folds) {
    expect(numbers(fold, 'train', 'val', 'test')).toEqual(upTo(92));
    expect([18, 19]).toContain(fold.test.size);
    expect([4, 5]).toContain(classCounts(fold.test, 2)[1]);
    // What validated before still does.
    expect(numbers(fold, 'val').every((number) => number >= 80)).toBe(true);
    expect(fold.test.pictures!.map(({ name }) => parseInt(name))).toEqual([...fold.test.images]);
    expect(fold.notes).toEqual([expect.stringContaining('which stays unread')]);
  }
});

test('images of a test part that was drawn for want of one are folded too', () => {
  const fold = holdOutFold({ ...dataset, isTestDrawn: true }, { of: 4, held: 2 }, 7);
  expect(numbers(fold, 'train', 'val', 'test')).toEqual(upTo(103));
  expect(numbers(fold, 'train').some((number) => number >= 92)).toBe(true);
});

test('folds are the same for a seed, and others for another; places name what is held out', () => {
  const heldOut = (seed: number): number[] => [...holdOutFold(dataset, { of: 5, held: 3 }, seed).test.images];
  expect(heldOut(1)).toEqual(heldOut(1));
  expect(heldOut(1)).not.toEqual(heldOut(2));
  const places = foldPlaces(dataset, 5, 1)[2]!;
  expect(places.map(({ part, row }) => dataset[part].images[row])).toEqual(heldOut(1));
});

test('images of a part on disk are held out by their rows there; parts in files of their own are refused', () => {
  const stored = (part: Split, file: string): Split => ({
    ...part,
    images: new Uint8Array(0),
    stored: { file, imageBytes: 1, hashes: [], rows: Int32Array.from(part.images) },
  });
  const onDisk = { ...dataset, train: stored(dataset.train, 'f'), val: stored(dataset.val, 'f') };
  const fold = holdOutFold(onDisk, { of: 5, held: 3 }, 1);
  expect([...fold.test.stored!.rows]).toEqual([...holdOutFold(dataset, { of: 5, held: 3 }, 1).test.images]);
  const apart = { ...onDisk, val: stored(dataset.val, 'g') };
  expect(() => holdOutFold(apart, { of: 5, held: 3 }, 1)).toThrow('cannot be joined');
});

test('more folds than the data have images for are refused', () => {
  const few = { ...dataset, train: split(0, 3), val: split(3, 1) };
  expect(() => holdOutFold(few, { of: 9, held: 9 }, 1)).toThrow('9 folds leave 3 training, 1 validation and 0 test');
});
