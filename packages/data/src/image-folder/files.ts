import { DataError, visibleLine } from '@glyphlab/core';
import { realpath, readdir, stat } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';

/** Enough to keep every core busy while others wait for the disk. */
export const AT_ONCE = { concurrency: Math.max(4, 2 * availableParallelism()) };

/** Names of files that are taken for pictures, also of kinds that cannot be read, which is said; others are passed over. */
const PICTURES =
  /\.(png|jpe?g|jpe|jfif|webp|bmp|dib|gif|tiff?|avif|pgm|ppm|pnm|hei[cf]s?|jxl|jp2|svg|psd|dng|cr2|cr3|nef|arw|orf|rw2|raf)$/i;

/** Left by programs, not by people: .git, what macOS puts into archives, previews and wastebaskets of file servers and Windows. */
const HIDDEN =
  /^(\..*|__MACOSX|__pycache__|[@#].*|\$RECYCLE\.BIN|RECYCLER|System Volume Information|lost\+found|Thumbs\.db|desktop\.ini)$/i;

/** Longer lists tell no more. */
const LISTED = 20;

/** Lines of a list, the last one telling how many more there are. */
export const firstOf = (lines: readonly string[]): string =>
  [...lines.slice(0, LISTED), ...(lines.length > LISTED ? [`… and ${lines.length - LISTED} more`] : [])]
    .map((line) => `  ${visibleLine(line)}`)
    .join('\n');

/** By character code, as Keras and torchvision sort: the same on every machine. */
export const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a folder holds, each sorted; links count as what they lead to. */
export interface Contents {
  folders: string[];
  pictures: string[];
  /** Files that are none. */
  others: string[];
}

/** @throws DataError if the folder cannot be read */
export async function contentsOf(folder: string): Promise<Contents> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new DataError('DATA_UNREADABLE', `The folder cannot be read: ${cause.message}.`, { where: folder, cause });
  });
  const contents: Contents = { folders: [], pictures: [], others: [] };
  for (const entry of entries) {
    if (HIDDEN.test(entry.name)) continue;
    const linked = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    if (linked?.isDirectory()) contents.folders.push(entry.name);
    // A pipe or a device would be read for ever. A link to nothing is told when it is read.
    else if (linked && !linked.isFile()) contents.others.push(entry.name);
    else (PICTURES.test(entry.name) ? contents.pictures : contents.others).push(entry.name);
  }
  contents.folders.sort(byCode);
  contents.pictures.sort(byCode);
  return contents;
}

/**
 * All pictures and other files below a folder, as paths from it with `/`. Every folder counts once, whatever links lead to it;
 * a link to a folder above leads to other classes, and is not followed.
 *
 * @param seen real paths of the folders that were come by; the first one is the class's own
 */
export async function filesBelow(
  folder: string,
  seen = new Set<string>(),
): Promise<Pick<Contents, 'pictures' | 'others'>> {
  const here = await realpath(folder);
  const [top] = seen;
  const isAbove = top?.startsWith(here.endsWith(sep) ? here : here + sep);
  if (isAbove || seen.has(here)) return { pictures: [], others: [] };
  seen.add(here);
  const { folders, pictures, others } = await contentsOf(folder);
  for (const name of folders) {
    const below = await filesBelow(join(folder, name), seen);
    for (const picture of below.pictures) pictures.push(`${name}/${picture}`);
    for (const other of below.others) others.push(`${name}/${other}`);
  }
  return { pictures, others };
}

/** The pictures below a folder, as paths from it with `/`, sorted folder by folder. */
export const picturesBelow = async (folder: string): Promise<string[]> => (await filesBelow(folder)).pictures;

/**
 * The folder that a configuration or a person names: absolute, from the home directory (`~/`), from the working directory,
 * or from GLYPHLAB_DATA_DIR.
 *
 * @param where for messages: the key that names it
 * @throws DataError if there is no such folder
 */
export async function findFolder(
  directory: string,
  env: NodeJS.ProcessEnv,
  where = 'dataset.directory',
): Promise<string> {
  const { place, found, places } = await find(directory, env);
  if (found?.isDirectory()) return place;
  if (found) throw new DataError('DATA_NOT_A_FOLDER', 'This is a file, not a folder.', { where: place });
  throw new DataError('DATA_FOLDER_MISSING', `There is no folder "${directory}". Looked for: ${places.join(', ')}.`, {
    where,
    hint: 'Name a folder that holds one folder of pictures for each class; a relative path starts from the working directory.',
  });
}

/** A file, likewise. */
export async function findFile(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { place, found, places } = await find(file, env);
  if (found?.isFile()) return place;
  if (found) throw new DataError('DATA_NOT_A_FILE', 'This is a folder, not a file.', { where: place });
  throw new DataError('DATA_FILE_MISSING', `There is no file "${file}". Looked for: ${places.join(', ')}.`, {
    where: 'dataset.file',
    hint: 'Name a table with the columns path and label; a relative path starts from the working directory.',
  });
}

/** The first place where there is something of this name. */
async function find(name: string, env: NodeJS.ProcessEnv) {
  const path = name.replace(/^~(?=\/|$)/, homedir());
  const starts = [process.cwd(), env['GLYPHLAB_DATA_DIR']];
  const places = [...new Set(starts.flatMap((start) => (start ? [resolve(start, path)] : [])))];
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found) return { place, found, places };
  }
  return { place: places[0]!, found: undefined, places };
}
