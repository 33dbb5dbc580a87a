import type { Split } from '../dataset.ts';
import { type Random, shuffle } from './random.ts';

/**
 * Gives some images, drawn at random, another label, any of the wrong ones as likely (symmetric label noise).
 *
 * @param share of the images, 0–1; undefined leaves all as they are
 */
export function withLabelNoise(split: Split, share: number | undefined, numClasses: number, random: Random): Split {
  if (share === undefined) return split;
  const labels = split.labels.slice();
  const rows = shuffle(
    Array.from({ length: split.size }, (_, row) => row),
    random,
  );
  for (const row of rows.slice(0, Math.round(share * split.size)))
    labels[row] = (labels[row]! + 1 + random.below(numClasses - 1)) % numClasses;
  return { ...split, labels };
}

/** What a reader of the results should know. */
export const noiseNotes = (share: number | undefined): string[] =>
  share === undefined
    ? []
    : [`${(100 * share).toFixed(1)} % of the training and validation labels are wrong on purpose.`];
