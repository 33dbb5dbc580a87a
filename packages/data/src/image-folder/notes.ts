import { extname } from 'node:path';
import { type Split, classCounts } from '../dataset.ts';
import type { Listing } from './listing.ts';
import { firstOf } from './files.ts';

/** With fewer pictures, one of them moves the accuracy by more than five points. */
const FEW = 20;

/** Files in class folders that are no pictures, counted by the ends of their names. */
export function passedOver({ others, folder }: Listing): string[] {
  if (others.length === 0) return [];
  const counts = new Map<string, number>();
  for (const name of others) {
    const end = extname(name).toLowerCase() || 'without an ending';
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const kinds = [...counts].sort(([, a], [, b]) => b - a).slice(0, 5).map(([end, count]) => `${count} ${end}`); // prettier-ignore
  return [`${others.length} files in ${folder} are not pictures and were skipped: ${kinds.join(', ')}.`];
}

/** @param unreadable a line for each picture that was left out */
export const leftOut = ({ folder }: Listing, unreadable: readonly string[]): string[] =>
  unreadable.length > 0
    ? [`${unreadable.length} pictures in ${folder} cannot be read and were left out:\n${firstOf(unreadable)}`]
    : [];

/** Why the results of a part say little: a class is missing, or it is small. */
export function doubts(part: string, split: Split, classNames: readonly string[]): string[] {
  const counts = classCounts(split, classNames.length);
  const absent = classNames.filter((_, label) => counts[label] === 0);
  const listed = absent.slice(0, 20).join(', ') + (absent.length > 20 ? ', …' : '');
  return [
    ...(absent.length > 0 ? [`No picture of ${listed} is in ${part}: nothing is measured of it there.`] : []),
    ...(part !== 'train' && split.size < FEW
      ? [
          `${part} has only ${split.size} picture(s): each is worth ${(100 / split.size).toFixed(0)} points of accuracy.`,
        ]
      : []),
  ];
}
