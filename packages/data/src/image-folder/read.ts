import { DataError, GlyphlabError, imageSize, type ImageShape } from '@glyphlab/core';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { digestOfPixels } from '../dataset.ts';
import { cacheFileOf, readImages, writeImages } from './cache.ts';
import { decode, type ReadOptions, type ReadPictures, reason, refuseUnreadable } from './decode.ts';
import { AT_ONCE } from './files.ts';
import { labelsOf } from '../splits/labels.ts';
import type { Listing } from './listing.ts';

/** Files are read, and tensors made, of at most so many bytes. */
const MAX_BYTES = 2 ** 31 - 1;

/** Pictures as images of one shape: those whose file is as it was from the cache, the others decoded, several at a time. */
async function readImageFiles(
  { folder: directory, pictures: listed, classNames }: Listing,
  imageShape: ImageShape,
  { cacheDir, unreadable, prepare, onProgress, signal }: ReadOptions,
): Promise<ReadPictures> {
  const length = imageSize(imageShape);
  const file = cacheFileOf(cacheDir, directory, imageShape, prepare);
  const cached = await readImages(file, imageShape);
  const images = new Uint8Array(listed.length * length);
  let [done, changed] = [0, false];

  const read = await mapParallel(
    listed,
    async ({ path, name, stamp }, row) => {
      const known = cached.get(name);
      const fresh = known?.stamp === stamp;
      // What has been decoded by then is kept for the next time.
      if (signal?.aborted && !fresh) return undefined;
      const found = fresh ? known : await decode(path, imageShape, prepare);
      onProgress?.({ label: 'Reading pictures', done: ++done, total: listed.length, unit: 'images' });
      if (found instanceof GlyphlabError) return found;
      changed ||= found !== known;
      images.set(found.pixels, row * length);
      return { height: found.height, width: found.width };
    },
    AT_ONCE,
  );

  const rows = read.flatMap((size, row) => (!size || size instanceof GlyphlabError ? [] : [{ ...size, row }]));
  rows.forEach(({ row }, k) => row > k && images.copyWithin(k * length, row * length, (row + 1) * length));
  const result: ReadPictures = {
    size: rows.length,
    names: rows.map(({ row }) => listed[row]!.name),
    pictures: rows.map(({ row, height, width }) => ({ name: listed[row]!.name, height, width })),
    labels: labelsOf(
      rows.map(({ row }) => listed[row]!.label),
      classNames.length,
    ),
    images: images.subarray(0, rows.length * length),
    digests: rows.map((_, k) => digestOfPixels(images.subarray(k * length, (k + 1) * length))),
    scaled: rows.filter(({ height, width }) => height !== imageShape[0] || width !== imageShape[1]).length,
    unreadable: read.flatMap((error, row) => (error instanceof GlyphlabError ? [reason(listed[row]!, error)] : [])),
  };
  if (changed || rows.length !== cached.size) {
    const entries = rows.map(({ row, height, width }): [string, string, number, number] => {
      const { name, stamp } = listed[row]!;
      return [name, stamp, height, width];
    });
    await writeImages(file, entries, result.images);
  }
  signal?.throwIfAborted();
  if (unreadable === 'refuse') refuseUnreadable(result.unreadable, listed.length, directory);
  return result;
}

/** @throws DataError if the images of a folder are to be in memory, and take more than can be used; nothing is decoded for it */
export function requireRoom(listing: Listing, imageShape: ImageShape, storage?: Storage): void {
  if (!isInMemory(listing, imageShape, storage)) return;
  const { pictures, folder: directory } = listing;
  const count = pictures.length;
  const bytes = count * imageSize(imageShape);
  if (bytes <= MAX_BYTES) return;
  const [height, width, channels] = imageShape;
  const fits = Math.floor(Math.min(height, width) * Math.sqrt(MAX_BYTES / bytes));
  throw new DataError(
    'DATA_TOO_LARGE',
    `${count} pictures of ${height} × ${width} × ${channels} values take ${(bytes / 2 ** 30).toFixed(1)} GiB; at most 2 GiB are allowed.`,
    {
      where: directory,
      hint: `Remove dataset.storage: memory to keep them on disk, or scale them down: dataset.size may be up to ${fits}.`,
    },
  );
}

/** From here on images stay on disk: less would do, but what is in memory trains a little faster. */
const MOST_IN_MEMORY = 2 ** 30;

type Storage = 'auto' | 'memory' | 'disk';

const isInMemory = ({ pictures }: Listing, imageShape: ImageShape, storage: Storage = 'auto'): boolean =>
  storage === 'memory' || (storage === 'auto' && pictures.length * imageSize(imageShape) <= MOST_IN_MEMORY);

/**
 * Pictures as images of one shape, in memory or, if they are too many, in a file from which training reads ahead.
 *
 * @param storage where they are kept; `auto`: by their size
 */
export async function readPictures(
  listing: Listing,
  imageShape: ImageShape,
  { storage, ...options }: ReadOptions & { storage?: Storage | undefined },
): Promise<ReadPictures> {
  if (!isInMemory(listing, imageShape, storage)) {
    const { storeImageFiles } = await import('./store.ts');
    return storeImageFiles(listing, imageShape, options);
  }
  requireRoom(listing, imageShape, storage);
  return readImageFiles(listing, imageShape, options);
}
