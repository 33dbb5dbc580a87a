import { DataError } from '@glyphlab/core';
import { join } from 'node:path';
import { contentsOf, filesBelow } from './files.ts';

/** What a folder of classes is for: a part of the dataset, or all of it. */
export type FolderRole = 'all' | 'train' | 'val' | 'test';

/** Names of folders that hold a part of the dataset, in small letters. */
const NAMES: Readonly<Record<string, FolderRole>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/** The part that a folder or a value of a table names, if it does. */
export const partNamed = (name: string): FolderRole | undefined => NAMES[name.toLowerCase()];

/** The folders whose folders are the classes: one for everything, or one for each part that there is. */
export type PartFolders = Partial<Record<FolderRole, string>>;

/**
 * Whether a folder holds classes, or parts that hold classes: parts, if one of its folders is named as a part and holds folders
 * itself. A class that is called "train" holds pictures, and thus is a class.
 *
 * @throws DataError if it can be read both ways
 */
export async function findParts(directory: string): Promise<PartFolders> {
  const { folders } = await contentsOf(directory);
  const named = folders.filter((name) => partNamed(name) !== undefined);
  const inside = await Promise.all(named.map((name) => contentsOf(join(directory, name))));
  const first = named.find((_, k) => inside[k]!.folders.length > 0);
  if (first === undefined) return { all: directory };

  for (const name of folders.filter((folder) => !named.includes(folder))) {
    if ((await filesBelow(join(directory, name))).pictures.length === 0) continue;
    throw new DataError(
      'DATA_FOLDER_AMBIGUOUS',
      `"${first}" holds folders, as a part of a dataset does; "${name}" beside it holds pictures, as a class does.`,
      {
        where: directory,
        hint: `Move "${name}" elsewhere; or, if "${first}" is a class, rename it or put its pictures directly into it.`,
      },
    );
  }
  const parts: PartFolders = {};
  for (const name of named) {
    const part = partNamed(name)!;
    if (parts[part] !== undefined) {
      throw new DataError('DATA_FOLDER_AMBIGUOUS', `Both "${name}" and another folder are names of the ${part} part.`, {
        where: directory,
        hint: 'Rename or remove one of them.',
      });
    }
    parts[part] = join(directory, name);
  }
  return parts;
}
