import { ConfigError } from '@glyphlab/core';
import type { Dataset, PartName, Place, Split } from '../dataset.ts';
import { createRandom, shuffle } from './random.ts';
import { joinSplits, takeRows } from './stratify.ts';

/** One of the folds of a cross-validation. */
export interface Fold {
  /** How many folds there are. */
  of: number;
  /** The one that is held out, from 1. */
  held: number;
}

/** The parts that are cross-validated: a test part of the dataset's own stays unread, one that was drawn is none. */
const foldedParts = ({ isTestDrawn }: Dataset): PartName[] => [
  'train',
  'val',
  ...(isTestDrawn ? ['test' as const] : []),
];

/**
 * Parts the images of a dataset at random in folds, every class in proportion; their sizes differ by one at most.
 *
 * @returns the images of each fold, in the order of the dataset
 */
export function foldPlaces(dataset: Dataset, of: number, seed: number): Place[][] {
  const places = foldedParts(dataset).flatMap((part) =>
    Array.from({ length: dataset[part].size }, (_, row): Place => ({ part, row })),
  );
  const byClass: number[][] = dataset.classNames.map(() => []);
  places.forEach(({ part, row }, k) => byClass[dataset[part].labels[row]!]!.push(k));
  const random = createRandom(seed);
  const foldOfPlace = new Uint8Array(places.length);
  // Dealt out like cards, each class going on where the one before ended.
  byClass.flatMap((rows) => shuffle(rows, random)).forEach((k, turn) => (foldOfPlace[k] = turn % of));
  const folds: Place[][] = Array.from({ length: of }, () => []);
  places.forEach((place, k) => folds[foldOfPlace[k]!]!.push(place));
  return folds;
}

/**
 * The dataset with one fold of its images in place of the test. The others stay what they were, training or validation images; those of
 * a test part that was drawn, for want of one, are trained on.
 *
 * @throws ConfigError if too few images are left, or they lie in several files
 */
export function holdOutFold(dataset: Dataset, fold: Fold, seed: number): Dataset {
  const held = foldPlaces(dataset, fold.of, seed)[fold.held - 1]!;
  const rowsIn = (part: PartName): number[] => held.flatMap((place) => (place.part === part ? [place.row] : []));
  const split = (part: PartName): { rest: Split; taken: Split } => {
    const [rows, whole] = [new Set(rowsIn(part)), dataset[part]];
    const others = Array.from({ length: whole.size }, (_, row) => row).filter((row) => !rows.has(row));
    return { rest: takeRows(whole, others), taken: takeRows(whole, [...rows]) };
  };
  const parts = foldedParts(dataset).map(split);
  const [{ rest: train }, { rest: val }, drawn] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]?];
  if (held.length === 0 || train.size === 0 || val.size === 0)
    throw new ConfigError(
      'CONFIG_INVALID_VALUE',
      `${fold.of} folds leave ${train.size} training, ${val.size} validation and ${held.length} test images.`,
      { where: 'dataset.fold', hint: 'Use fewer folds, or raise dataset.valFraction.' },
    );
  return {
    ...dataset,
    train: drawn ? joinSplits([train, drawn.rest]) : train,
    val,
    test: joinSplits(parts.map(({ taken }) => taken)),
    notes: [
      ...dataset.notes,
      `Cross-validation in ${fold.of} folds: each in turn takes the place of the test${dataset.isTestDrawn ? '' : ', which stays unread'}.`,
    ],
  };
}
