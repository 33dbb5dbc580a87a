import { DataError } from '@glyphlab/core';
import { type Split, classCounts } from '../dataset.ts';
import { emptyClasses, listClasses, type Listing } from './listing.ts';
import { findParts, type FolderRole } from './parts.ts';

/** Of each part that has a folder; of `all`, if there are no parts. */
export type FolderListing = Partial<Record<FolderRole, Listing>>;

/**
 * The classes and pictures of a dataset's folder.
 *
 * @throws DataError if its parts have different classes
 */
export async function listFolder(directory: string): Promise<FolderListing> {
  const folders = await findParts(directory);
  const listing: FolderListing = {};
  let first: FolderRole | undefined;
  for (const part of ['all', 'train', 'val', 'test'] as const) {
    const folder = folders[part];
    if (folder === undefined) continue;
    listing[part] = await listClasses(folder);
    first ??= part;
    requireSame(listing[part], part, listing[first]!, first);
  }
  return listing;
}

function requireSame(one: Listing, part: string, other: Listing, otherPart: string): void {
  const only = (a: Listing, b: Listing, name: string): string[] => {
    const more = a.classNames.filter((className) => !b.classNames.includes(className));
    return more.length > 0 ? [`Only in ${name}: ${more.join(', ')}.`] : [];
  };
  const told = [...only(other, one, otherPart), ...only(one, other, part)];
  if (told.length === 0) return;
  throw new DataError('DATA_CLASSES_DIFFER', told.join(' '), {
    where: one.folder,
    hint: 'Every part needs the same class folders, with the same names.',
  });
}

/** @throws DataError if a class has no picture in a split */
export function requireEveryClass(split: Split, { classNames, folder }: Listing, what?: string): void {
  const counts = classCounts(split, classNames.length);
  const empty = classNames.filter((_, label) => counts[label] === 0);
  if (empty.length > 0) throw emptyClasses(folder, empty, what);
}

/** Likewise of those classes that the listing has: a table may leave some out of a part. */
export function requireListedClasses(split: Split, listing: Listing): void {
  const listed = new Set(listing.pictures.map(({ label }) => label));
  const counts = classCounts(split, listing.classNames.length);
  const empty = listing.classNames.filter((_, label) => listed.has(label) && counts[label] === 0);
  if (empty.length > 0) throw emptyClasses(listing.folder, empty);
}
