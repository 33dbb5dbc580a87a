import { ConfigError, DataError, type ImageShape, type OnProgress } from '@glyphlab/core';
import { basename } from 'node:path';
import { datasetCacheDir } from '../cache-dir.ts';
import type { Dataset, Split } from '../dataset.ts';
import { type FolderListing, listFolder, requireEveryClass } from './classes.ts';
import { findFolder } from './files.ts';
import type { ImageFolderOptions } from './options.ts';
import type { Listing } from './listing.ts';
import { firstOf, readImageFiles, type ReadOptions, sizeOfFirst } from './read.ts';
import { createRandom } from '../splits/random.ts';
import { limitSplit, stratifiedSplit } from '../splits/stratify.ts';

/**
 * Pictures in one folder a class, as Keras's image_dataset_from_directory and torchvision's ImageFolder read them: classes sorted by
 * name, pictures scaled without keeping their proportions. Parts that have no folder of their own are taken off the training
 * pictures, every class in proportion.
 *
 * @throws DataError if the folder is not of this form, or pictures cannot be read and are not to be skipped
 */
export async function loadImageFolder(
  options: ImageFolderOptions,
  { env, seed, ...context }: Omit<ReadOptions, 'unreadable'> & { env: NodeJS.ProcessEnv; seed: number },
): Promise<Dataset> {
  const directory = await findFolder(options.directory, env);
  const listing = await listFolder(directory);
  const main = listing.all ?? listing.train ?? missing('train', listing, directory);
  const imageShape = await shapeOf(main, options);
  const notes: string[] = [];
  const read = async (part: Listing): Promise<Split> => {
    const { unreadable, scaled, ...split } = await readImageFiles(part, imageShape, { ...options, ...context });
    requireEveryClass(split, part);
    const [height, width] = imageShape;
    if (options.size === undefined && scaled > 0)
      notes.push(
        `${scaled} of ${split.size} pictures in ${part.folder} were scaled to the first one's ${height} × ${width} pixels.`,
      );
    if (unreadable.length > 0)
      notes.push(
        `${unreadable.length} pictures in ${part.folder} cannot be read and were left out:\n${firstOf(unreadable)}`,
      );
    return split;
  };

  let train = await read(main);
  const { size: count } = train;
  const random = createRandom(seed);
  const holdOut = (key: 'testFraction' | 'valFraction'): Split => {
    const heldOut = Math.max(1, Math.round(count * options[key]));
    if (heldOut >= train.size) {
      throw new ConfigError('CONFIG_INVALID_VALUE', `Of ${count} pictures, none would be left to train on.`, {
        where: `dataset.${key}`,
        hint: 'Hold out fewer, or add pictures.',
      });
    }
    const [rest, taken] = stratifiedSplit(train, heldOut, random);
    train = rest;
    return taken;
  };
  // The test first: it stays the same whatever is held out for validation.
  const test = listing.test ? await read(listing.test) : holdOut('testFraction');
  const val = listing.val ? await read(listing.val) : holdOut('valFraction');
  requireEveryClass(train, main, 'With nothing left to train on after validation and test have their share');
  const limited = (split: Split): Split => limitSplit(split, options.limit ?? Infinity);
  return {
    type: 'image-folder',
    name: basename(directory),
    classNames: main.classNames,
    imageShape,
    train: limited(train),
    val: limited(val),
    test: limited(test),
    source: directory,
    notes,
  };
}

/**
 * The pictures of a folder that a model is measured on: those of its test part or, where it has no parts, all.
 *
 * @throws DataError as {@link loadImageFolder}
 */
export async function loadTestFolder(
  folder: string,
  imageShape: ImageShape,
  onProgress?: OnProgress,
): Promise<Pick<Dataset, 'name' | 'classNames' | 'imageShape' | 'test' | 'notes'>> {
  const directory = await findFolder(folder, process.env);
  const listing = await listFolder(directory);
  const part = listing.all ?? listing.test ?? missing('test', listing, directory);
  const cacheDir = datasetCacheDir(process.env);
  const test = await readImageFiles(part, imageShape, { cacheDir, unreadable: 'refuse', onProgress });
  const notes = listing.all
    ? [
        `There is no folder "test" in ${directory}: all ${test.size} pictures count, also those a model has learnt from.`,
      ]
    : [];
  return { name: basename(directory), classNames: part.classNames, imageShape, test, notes };
}

async function shapeOf(listing: Listing, { size, channels }: ImageFolderOptions): Promise<ImageShape> {
  const [height, width] =
    size === undefined ? await sizeOfFirst(listing) : typeof size === 'number' ? [size, size] : size;
  return [height, width, channels];
}

function missing(part: string, listing: FolderListing, directory: string): never {
  throw new DataError('DATA_PART_MISSING', `There is no folder "${part}" beside ${Object.keys(listing).join(', ')}.`, {
    where: directory,
    hint: `Add one, or name a folder that holds a folder for each class.`,
  });
}
