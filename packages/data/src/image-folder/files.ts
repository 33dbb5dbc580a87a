import { DataError } from '@glyphlab/core';
import { realpath, readdir, stat } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Enough to keep every core busy while others wait for the disk. */
export const AT_ONCE = { concurrency: Math.max(4, 2 * availableParallelism()) };

/** Names of files that are taken for pictures; others, as Thumbs.db, are passed over. */
const PICTURES = /\.(png|jpe?g|webp|bmp|gif|tiff?|avif)$/i;

/** Left by programs, not by people: .git, .ipynb_checkpoints, what macOS puts into archives. */
const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** By character code, as Keras and torchvision sort: the same on every machine. */
export const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a folder holds, each sorted; links count as what they lead to. */
export interface Contents {
  folders: string[];
  pictures: string[];
}

/** @throws DataError if the folder cannot be read */
export async function contentsOf(folder: string): Promise<Contents> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new DataError('DATA_UNREADABLE', `The folder cannot be read: ${cause.message}.`, { where: folder, cause });
  });
  const contents: Contents = { folders: [], pictures: [] };
  for (const entry of entries) {
    if (isHidden(entry.name)) continue;
    const linked = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    if (linked?.isDirectory()) contents.folders.push(entry.name);
    else if (PICTURES.test(entry.name)) contents.pictures.push(entry.name);
  }
  contents.folders.sort(byCode);
  contents.pictures.sort(byCode);
  return contents;
}

/**
 * All pictures below a folder, as paths from it with `/`.
 *
 * @param above the folders on the way here, so that a link to one of them is not followed for ever
 */
export async function picturesBelow(folder: string, above: readonly string[] = []): Promise<string[]> {
  const here = await realpath(folder);
  if (above.includes(here)) return [];
  const { folders, pictures } = await contentsOf(folder);
  for (const name of folders) {
    const below = await picturesBelow(join(folder, name), [...above, here]);
    for (const picture of below) pictures.push(`${name}/${picture}`);
  }
  return pictures;
}

/**
 * The folder that a configuration or a person names: absolute, from the home directory (`~/`), from the working directory,
 * or from GLYPHLAB_DATA_DIR.
 *
 * @throws DataError if there is no such folder
 */
export async function findFolder(directory: string, env: NodeJS.ProcessEnv): Promise<string> {
  const path = directory.replace(/^~(?=\/|$)/, homedir());
  const starts = [process.cwd(), env['GLYPHLAB_DATA_DIR']];
  const places = [...new Set(starts.flatMap((start) => (start ? [resolve(start, path)] : [])))];
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found?.isDirectory()) return place;
    if (found) throw new DataError('DATA_NOT_A_FOLDER', 'This is a file, not a folder.', { where: place });
  }
  throw new DataError('DATA_FOLDER_MISSING', `There is no folder "${directory}". Looked for: ${places.join(', ')}.`, {
    where: 'dataset.directory',
    hint: 'Name a folder that holds one folder of pictures for each class; a relative path starts from the working directory.',
  });
}
