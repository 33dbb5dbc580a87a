import { DataError, type ImageShape } from '@glyphlab/core';
import { basename } from 'node:path';
import { datasetCacheDir } from '../dataset-kind.ts';
import type { Dataset, Split } from '../dataset.ts';
import { type FolderListing, listFolder, requireEveryClass, requireListedClasses } from './classes.ts';
import { findFolder } from './files.ts';
import type { ImageFolderOptions } from './options.ts';
import type { Listing } from './listing.ts';
import { doubts, leftOut, passedOver } from './notes.ts';
import { type ReadOptions, sizeOfFirst } from './decode.ts';
import { readPictures, requireRoom } from './read.ts';
import { holdOut } from '../splits/hold-out.ts';
import { limitSplit } from '../splits/stratify.ts';
import { type NamedImages, tellTwice } from './twice.ts';

/** Larger pictures are photos that nobody wants to train on unscaled: a network's memory runs out first. */
const MOST_PIXELS = 2 ** 20;
/** What is proposed for them; many networks for pictures are made for about this. */
const USUAL_SIDE = 224;
/** Of the images of MNIST and EMNIST. */
const CHARACTER_SIDE = 28;

/**
 * Pictures in one folder a class, as Keras's image_dataset_from_directory and torchvision's ImageFolder read them: classes sorted by
 * name, pictures scaled without keeping their proportions. Parts that have no folder of their own are taken off the training
 * pictures, every class in proportion.
 *
 * @throws DataError if the folder is not of this form, or pictures cannot be read and are not to be skipped
 */
export async function loadImageFolder(
  options: ImageFolderOptions,
  { env, ...context }: Omit<ReadOptions, 'unreadable'> & { env: NodeJS.ProcessEnv; seed: number },
): Promise<Dataset> {
  const directory = await findFolder(options.directory, env);
  const listing = await listFolder(directory);
  const about = { type: 'image-folder', name: basename(directory), source: directory };
  return loadListed(listing, about, options, context);
}

/**
 * Listed pictures as a dataset.
 *
 * @throws DataError as `loadImageFolder`
 */
export async function loadListed(
  listing: FolderListing,
  about: Pick<Dataset, 'type' | 'name' | 'source'>,
  options: Omit<ImageFolderOptions, 'directory'>,
  { seed, ...context }: Omit<ReadOptions, 'unreadable'> & { seed: number },
): Promise<Dataset> {
  const { source } = about;
  const main = listing.all ?? listing.train ?? missing('train', listing, source);
  const imageShape = await shapeOf(main, options);
  for (const part of Object.values(listing)) requireRoom(part, imageShape, options.storage);
  const notes = Object.values(listing).flatMap(passedOver);
  const seen: NamedImages[] = [];
  const read = async (part: Listing): Promise<Split> => {
    const { unreadable, scaled, names, ...split } = await readPictures(part, imageShape, { ...options, ...context });
    requireListedClasses(split, part);
    const [height, width] = imageShape;
    if (options.size === undefined && !isCharacter(options) && scaled > 0)
      notes.push(
        `${scaled} of ${split.size} pictures in ${part.folder} were scaled to the first one's ${height} × ${width} pixels.`,
      );
    notes.push(...leftOut(part, unreadable));
    seen.push({ folder: part.folder, names, ...split });
    return split;
  };

  const { train, val, test } = holdOut(
    {
      train: await read(main),
      test: listing.test && (await read(listing.test)),
      val: listing.val && (await read(listing.val)),
    },
    { ...options, seed, classNames: main.classNames, source },
  );
  requireEveryClass(train, main, 'With nothing left to train on after validation and test have their share');
  notes.push(...tellTwice(seen));
  notes.push(...Object.entries({ train, val, test }).flatMap(([part, split]) => doubts(part, split, main.classNames)));
  const limited = (split: Split): Split => limitSplit(split, options.limit ?? Infinity);
  return {
    ...about,
    classNames: main.classNames,
    imageShape,
    ...(options.prepare && { preparation: options.prepare }),
    train: limited(train),
    val: limited(val),
    test: limited(test),
    // Of what is left of so many a class, nothing is for the training.
    ...(!listing.test && options.perClass === undefined && { isTestDrawn: true }),
    notes,
  };
}

/**
 * The pictures of a folder that a model is measured on: those of its test part or, where it has no parts, all.
 *
 * @throws DataError as `loadImageFolder`
 */
export async function loadTestFolder(
  folder: string,
  imageShape: ImageShape,
  {
    onProgress,
    unreadable = 'refuse',
    prepare,
  }: Partial<Pick<ReadOptions, 'onProgress' | 'unreadable' | 'prepare'>> = {},
): Promise<Pick<Dataset, 'name' | 'classNames' | 'imageShape' | 'test' | 'notes'>> {
  const directory = await findFolder(folder, process.env);
  const listing = await listFolder(directory);
  const part = listing.all ?? listing.test ?? missing('test', listing, directory);
  const cacheDir = datasetCacheDir(process.env);
  const read = await readPictures(part, imageShape, { cacheDir, unreadable, prepare, onProgress });
  const { unreadable: left, names, ...test } = read;
  const twice = tellTwice([{ folder: part.folder, names, ...test }]);
  const notes = [...passedOver(part), ...leftOut(part, left), ...twice, ...doubts('test', test, part.classNames)];
  if (listing.all)
    notes.push(
      `There is no folder "test" in ${directory}: all ${test.size} pictures count, including any that a model was trained on.`,
    );
  return { name: basename(directory), classNames: part.classNames, imageShape, test, notes };
}

const isCharacter = ({ prepare }: Pick<ImageFolderOptions, 'prepare'>): boolean => (prepare ?? 'resize') !== 'resize';

async function shapeOf(
  listing: Listing,
  { size, channels, prepare }: Pick<ImageFolderOptions, 'size' | 'channels' | 'prepare'>,
): Promise<ImageShape> {
  if (typeof size === 'number') return [size, size, channels];
  if (size) return [...size, channels];
  if (isCharacter({ prepare })) return [CHARACTER_SIDE, CHARACTER_SIDE, channels];
  const [height, width] = await sizeOfFirst(listing);
  if (height * width <= MOST_PIXELS) return [height, width, channels];
  const factor = USUAL_SIDE / Math.max(height, width);
  const [high, wide] = [height, width].map((side) => Math.max(1, Math.round(side * factor)));
  throw new DataError(
    'DATA_TOO_LARGE',
    `The first picture has ${height} × ${width} pixels, as photos have: far more than a network takes.`,
    {
      where: listing.folder,
      hint: `Scale all pictures down: dataset.size: [${high}, ${wide}] keeps its proportions.`,
    },
  );
}

function missing(part: string, listing: FolderListing, directory: string): never {
  throw new DataError('DATA_PART_MISSING', `There is no folder "${part}" beside ${Object.keys(listing).join(', ')}.`, {
    where: directory,
    hint: `Add one, or name a folder that holds a folder for each class.`,
  });
}
