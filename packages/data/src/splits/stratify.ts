import { ConfigError, type Labels } from '@glyphlab/core';
import type { Split } from '../dataset.ts';
import { emptyLike } from './labels.ts';
import { shuffle, type Random } from './random.ts';

/** Row numbers of each class, in their order. */
function rowsByClass(labels: Labels): number[][] {
  const rows: number[][] = [];
  labels.forEach((label, row) => (rows[label] ??= []).push(row));
  return Array.from(rows, (of) => of ?? []);
}

/**
 * Shares `total` out in proportion to `counts`, each share at most its count (largest remainders; ties to the first).
 *
 * @returns whole numbers that sum to `total`, if the counts allow it
 */
export function proportions(counts: readonly number[], total: number): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (all > 0 ? (count * Math.min(total, all)) / all : 0));
  const shares = exact.map(Math.floor);
  const left = Math.min(total, all) - shares.reduce((sum, share) => sum + share, 0);
  exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
    .slice(0, left)
    .forEach(({ index }) => shares[index]!++);
  return shares;
}

/** Rows of a split: a copy, but of images that are stored. */
export function takeRows({ images, labels, size, stored, pictures, digests }: Split, rows: readonly number[]): Split {
  const length = size > 0 && !stored ? images.length / size : 0;
  const taken: Split = {
    images: new Uint8Array(rows.length * length),
    labels: emptyLike(labels, rows.length),
    size: rows.length,
    ...(pictures && { pictures: rows.map((row) => pictures[row]!) }),
    ...(digests && { digests: rows.map((row) => digests[row]!) }),
    ...(stored && { stored: { ...stored, rows: Int32Array.from(rows, (row) => stored.rows[row]!) } }),
  };
  rows.forEach((row, i) => {
    taken.images.set(images.subarray(row * length, (row + 1) * length), i * length);
    taken.labels[i] = labels[row]!;
  });
  return taken;
}

/**
 * Splits one after the other.
 *
 * @throws ConfigError if they are stored in more than one file
 */
export function joinSplits(splits: readonly Split[]): Split {
  const filled = splits.filter(({ size }) => size > 0);
  const [first, ...others] = filled;
  if (!first || others.length === 0) return first ?? splits[0]!;
  const { stored } = first;
  /** Where not all have them, none has. */
  const joined = <T>(of: (split: Split) => readonly T[] | undefined): T[] | undefined =>
    filled.every(of) ? filled.flatMap((split) => of(split)!) : undefined;
  const [pictures, digests] = [joined((split) => split.pictures), joined((split) => split.digests)];
  if (filled.some((split) => split.stored?.file !== stored?.file))
    throw new ConfigError('CONFIG_INVALID_VALUE', 'Parts stored on disk in separate files cannot be joined.', {
      where: 'dataset.storage',
      hint: 'Set dataset.storage: memory, or put all pictures into one part.',
    });
  const size = filled.reduce((sum, split) => sum + split.size, 0);
  const labels = emptyLike(first.labels, size);
  const length = first.images.length / first.size;
  const images = new Uint8Array(size * length);
  let from = 0;
  for (const split of filled) {
    labels.set(split.labels, from);
    images.set(split.images, from * length);
    from += split.size;
  }
  return {
    images,
    labels,
    size,
    ...(pictures && { pictures }),
    ...(digests && { digests }),
    ...(stored && { stored: { ...stored, rows: Int32Array.from(filled.flatMap((split) => [...split.stored!.rows])) } }),
  };
}

/**
 * Parts a split at random in two, every class in proportion; both parts keep the order of the rows.
 *
 * @param heldOut images of the second part
 */
export function stratifiedSplit(split: Split, heldOut: number, random: Random): [rest: Split, heldOut: Split] {
  const classes = rowsByClass(split.labels);
  const counts = classes.map(({ length }) => length);
  return partOff(split, classes, proportions(counts, heldOut), random);
}

/** Likewise, with the same number of images of each class in the second part. */
export function perClassSplit(split: Split, perClass: number, random: Random): [rest: Split, chosen: Split] {
  const classes = rowsByClass(split.labels);
  return partOff(split, classes, Array<number>(classes.length).fill(perClass), random);
}

/** @param shares how many rows of each class come into the second part */
function partOff(split: Split, classes: number[][], shares: readonly number[], random: Random): [Split, Split] {
  const taken = new Uint8Array(split.size);
  classes.forEach((rows, label) =>
    shuffle([...rows], random)
      .slice(0, shares[label])
      .forEach((row) => (taken[row] = 1)),
  );
  const rows = Array.from({ length: split.size }, (_, row) => row);
  return [
    takeRows(
      split,
      rows.filter((row) => !taken[row]),
    ),
    takeRows(
      split,
      rows.filter((row) => taken[row]),
    ),
  ];
}

/** The first images of a split, every class in proportion, in their order. */
export function limitSplit(split: Split, limit: number): Split {
  if (split.size <= limit) return split;
  const classes = rowsByClass(split.labels);
  const shares = proportions(
    classes.map(({ length }) => length),
    limit,
  );
  const rows = classes.flatMap((of, label) => of.slice(0, shares[label])).sort((a, b) => a - b);
  return takeRows(split, rows);
}

/**
 * The first images of each class, fewer from class to class: of k of n classes the share imbalance^(−k / (n − 1)), as the long-tailed
 * CIFAR of Cui et al. 2019 ("Class-Balanced Loss", §5.1).
 *
 * @param imbalance how many times as many the first class has as the last; undefined leaves all
 */
export function longTailed(split: Split, imbalance: number | undefined): Split {
  if (imbalance === undefined) return split;
  const classes = rowsByClass(split.labels);
  const kept = classes.flatMap((rows, k) => {
    const share = imbalance ** (-k / Math.max(1, classes.length - 1));
    return rows.slice(0, Math.max(1, Math.round(rows.length * share)));
  });
  return takeRows(
    split,
    kept.sort((a, b) => a - b),
  );
}
