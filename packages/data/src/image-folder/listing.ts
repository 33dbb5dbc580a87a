import { DataError } from '@glyphlab/core';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AT_ONCE, byCode, contentsOf, filesBelow, firstOf } from './files.ts';

/** A picture file in a class folder. */
export interface ListedPicture {
  path: string;
  /** From the folder of the classes, with `/`. */
  name: string;
  label: number;
  /** Its size and the times it was changed: another stamp means another picture. */
  stamp: string;
  /** Which file it is, whatever links lead to it; undefined where the system does not tell. */
  file: string | undefined;
}

/** A folder of class folders. */
export interface Listing {
  folder: string;
  classNames: string[];
  /** By their names within the class folders, then by class: what was numbered through keeps its order. */
  pictures: ListedPicture[];
  /** Files in the class folders that were passed over. */
  others: string[];
}

/** Labels have two bytes at most. */
const MAX_CLASSES = 65_536;

/**
 * The pictures of a folder that holds one folder a class: classes sorted by name, pictures at any depth below them. Names are
 * taken as Unicode's NFC: macOS writes é as two characters, others as one.
 *
 * @throws DataError if there are no classes, only one or too many, some without a picture, some that are the same, or one file in two
 */
export async function listClasses(folder: string): Promise<Listing> {
  const { folders, pictures: loose } = await contentsOf(folder);
  const classes = classFolders(folders);
  const classNames = classes.map(({ className }) => className);
  if (classNames.length === 0) {
    const holds = loose.length > 0 ? `${loose.length} picture(s) and no folders` : 'no folders';
    throw new DataError('DATA_NO_CLASSES', `It holds ${holds}. Expected a folder of pictures for each class.`, {
      where: folder,
      hint: 'Make a folder for each class, named after it, and move its pictures there.',
    });
  }
  refuseClassNumber(classNames.length, folder);
  await refuseSame(folder, classes);
  const found = await mapParallel(classes, ({ name }) => filesBelow(join(folder, name)), AT_ONCE);
  if (classNames.length === 1) await refuseOneClass(folder, folders[0]!);
  const empty = classNames.filter((_, label) => found[label]!.pictures.length === 0);
  if (empty.length > 0) throw emptyClasses(folder, empty);

  const pictures = await identified(folder, classes, found, (_, k) => k);
  refuseOneFileInTwoClasses(folder, pictures);
  return { folder, classNames, others: found.flatMap(({ others }) => others), pictures };
}

/**
 * The pictures of some classes, of those that have any.
 *
 * @throws DataError if one file is in two of them
 */
export async function listPicturesOf(
  folder: string,
  classes: readonly ClassFolder[],
  labelOf: (className: string) => number,
): Promise<ListedPicture[]> {
  await refuseSame(folder, classes);
  const found = await mapParallel(classes, ({ name }) => filesBelow(join(folder, name)), AT_ONCE);
  const pictures = await identified(folder, classes, found, ({ className }) => labelOf(className));
  refuseOneFileInTwoClasses(folder, pictures);
  return pictures;
}

function identified(
  folder: string,
  classes: readonly ClassFolder[],
  found: readonly { pictures: readonly string[] }[],
  labelOf: (of: ClassFolder, k: number) => number,
): Promise<ListedPicture[]> {
  const pictures = classes.flatMap((of, k) =>
    found[k]!.pictures.map((within) => ({ within, of, label: labelOf(of, k) })),
  );
  pictures.sort((a, b) => byCode(a.within, b.within) || a.label - b.label);
  return mapParallel(
    pictures,
    async ({ within, of, label }) => {
      const name = `${of.name}/${within}`;
      const path = join(folder, name);
      return { path, name, label, ...(await identify(path)) };
    },
    AT_ONCE,
  );
}

interface ClassFolder {
  name: string;
  /** As Unicode's NFC. */
  className: string;
}

/** Folders as classes, sorted by name. */
export const classFolders = (folders: readonly string[]): ClassFolder[] =>
  folders.map((name) => ({ name, className: name.normalize('NFC') })).sort((a, b) => byCode(a.className, b.className));

/** Two folders whose names look alike, or two links to one folder, would be two classes that nobody can tell apart. */
async function refuseSame(folder: string, classes: readonly ClassFolder[]): Promise<void> {
  const places = await mapParallel(classes, ({ name }) => realpath(join(folder, name)), AT_ONCE);
  classes.forEach(({ className }, k) => {
    const first = classes.findIndex((other, j) => other.className === className || places[j] === places[k]);
    if (first === k) return;
    const other = classes[first]!.className;
    const what =
      other === className
        ? `Two folders are named "${className}": the letters are the same, encoded differently (Unicode NFC and NFD).`
        : `"${other}" and "${className}" are the same folder.`;
    throw new DataError('DATA_CLASSES_ALIKE', what, { where: folder, hint: 'Rename or remove one of them.' });
  });
}

/**
 * One file in two classes, by a link of either kind, has two labels, one of which is wrong.
 *
 * @throws DataError that names them
 */
function refuseOneFileInTwoClasses(folder: string, pictures: readonly ListedPicture[]): void {
  const first = new Map<string, ListedPicture>();
  const twice: string[] = [];
  for (const picture of pictures) {
    if (picture.file === undefined) continue;
    const other = first.get(picture.file);
    if (other === undefined) first.set(picture.file, picture);
    else if (other.label !== picture.label) twice.push(`${other.name} and ${picture.name}`);
  }
  if (twice.length === 0) return;
  throw new DataError('DATA_TWO_LABELS', `${twice.length} pictures are in two classes, by links:\n${firstOf(twice)}`, {
    where: folder,
    hint: 'Take each of them, or its link, out of one of the classes.',
  });
}

/** @throws DataError if there are more classes than labels can tell apart */
export function refuseClassNumber(count: number, where: string): void {
  if (count <= MAX_CLASSES) return;
  throw new DataError('DATA_TOO_MANY_CLASSES', `It holds ${count} classes; at most ${MAX_CLASSES} are read.`, {
    where,
  });
}

/** A picture moved over another one keeps its time of change, so the inode's time counts as well. */
export async function identify(path: string): Promise<Pick<ListedPicture, 'stamp' | 'file'>> {
  // What is not there any more will be told when it is read.
  const file = await stat(path).catch(() => undefined);
  if (!file) return { stamp: 'gone', file: undefined };
  const { size, mtimeMs, ctimeMs, dev, ino } = file;
  const stamp = `${size} ${mtimeMs} ${ctimeMs}`;
  return { stamp, file: ino === 0 ? undefined : `${dev} ${ino} ${stamp}` };
}

async function refuseOneClass(folder: string, name: string): Promise<never> {
  const deeper = (await contentsOf(join(folder, name))).folders.length > 1;
  throw new DataError(
    'DATA_ONE_CLASS',
    `It holds one folder, "${name}": with a single class there is nothing to learn.`,
    {
      where: folder,
      hint: deeper
        ? `If the classes are the folders in "${name}", name that one: directory: ${join(folder, name)}`
        : 'Add a folder of pictures for each other class.',
    },
  );
}

/** @param names of the class folders */
export function emptyClasses(folder: string, names: readonly string[], what = 'Without any picture'): DataError {
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  return new DataError('DATA_EMPTY_CLASS', `${what}: ${listed}.`, {
    where: folder,
    hint: 'Put pictures into these folders (PNG, JPEG, WebP, BMP), or take the folders away.',
  });
}
