import { DataError, GlyphlabError, imageSize, type ImageShape } from '@glyphlab/core';
import { withFileLock } from '@glyphlab/core/file-lock';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { writeWhole } from '@glyphlab/core/whole-file';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { labelsOf } from '../splits/labels.ts';
import { digestOfPixels } from '../dataset.ts';
import { cacheFileOf } from './cache.ts';
import { AT_ONCE } from './files.ts';
import type { ListedPicture, Listing } from './listing.ts';
import { decode, type ReadOptions, type ReadPictures, reason, refuseUnreadable } from './decode.ts';

/** Change it with anything that changes pixels. */
const VERSION = 1;

/** What the index of a store says of a picture; its place is its row in the file of pixels. */
type Entry = [name: string, stamp: string, height: number, width: number, sha256: string];

interface Index {
  version: number;
  pictures: Entry[];
}

/** The index is written after so many pictures: what a crash costs. */
const WRITE_EVERY = 2000;

/**
 * As `readImageFiles`, for more pictures than memory holds: each is decoded once, into a file of pixels in the cache, and stays there.
 * A picture that has changed gets a new row. Two processes take turns.
 */
export async function storeImageFiles(
  { folder, pictures: listed, classNames }: Listing,
  imageShape: ImageShape,
  { cacheDir, unreadable, prepare, onProgress, signal }: ReadOptions,
): Promise<ReadPictures> {
  const length = imageSize(imageShape);
  const base = cacheFileOf(cacheDir, folder, imageShape, prepare).replace(/\.bin$/, '');
  const [indexFile, pixelFile] = [`${base}.index.json`, `${base}.pixels`];
  await mkdir(dirname(pixelFile), { recursive: true });
  return withFileLock(pixelFile, { signal }, async (signal) => {
    const index = await readIndex(indexFile, pixelFile, length);
    const known = new Map(index.pictures.map(([name, stamp], row) => [`${name}\n${stamp}`, row]));
    const handle = await open(pixelFile, 'a').then(async (made) => {
      await made.close();
      return open(pixelFile, 'r+');
    });
    let [done, written] = [0, index.pictures.length];
    const keep = async (): Promise<void> => {
      const pictures = index.pictures.slice();
      written = pictures.length;
      await handle.datasync();
      await writeWhole(indexFile, JSON.stringify({ version: VERSION, pictures } satisfies Index));
    };
    try {
      const one = async ({ path, name, stamp }: ListedPicture): Promise<number | GlyphlabError | undefined> => {
        let row = known.get(`${name}\n${stamp}`);
        if (row === undefined) {
          // What has been decoded by then is kept for the next time.
          if (signal.aborted) return undefined;
          const picture = await decode(path, imageShape, prepare);
          if (picture instanceof GlyphlabError) return picture;
          const { height, width, pixels } = picture;
          row = index.pictures.push([name, stamp, height, width, digestOfPixels(pixels)]) - 1;
          await handle.write(pixels, 0, length, row * length);
        }
        onProgress?.({ label: 'Reading pictures', done: ++done, total: listed.length, unit: 'images' });
        return row;
      };
      const read: (number | GlyphlabError | undefined)[] = [];
      for (let from = 0; from < listed.length; from += WRITE_EVERY) {
        read.push(...(await mapParallel(listed.slice(from, from + WRITE_EVERY), one, AT_ONCE)));
        // Nothing is under way here: what the index names is in the file.
        if (index.pictures.length > written) await keep();
      }
      signal.throwIfAborted();
      const failures = read.flatMap((row, k) => (row instanceof GlyphlabError ? [reason(listed[k]!, row)] : []));
      if (unreadable === 'refuse') refuseUnreadable(failures, listed.length, folder);
      const found = read.flatMap((row, k) =>
        typeof row === 'number' ? [{ row, label: listed[k]!.label, name: listed[k]!.name }] : [],
      );
      const entries = found.map(({ row }) => index.pictures[row]!);
      return {
        size: found.length,
        names: found.map(({ name }) => name),
        pictures: entries.map(([name, , height, width]) => ({ name, height, width })),
        images: new Uint8Array(0),
        labels: labelsOf(
          found.map(({ label }) => label),
          classNames.length,
        ),
        stored: {
          file: pixelFile,
          imageBytes: length,
          rows: Int32Array.from(found, ({ row }) => row),
          hashes: index.pictures.map((entry) => entry[4]),
        },
        scaled: entries.filter(([, , height, width]) => height !== imageShape[0] || width !== imageShape[1]).length,
        unreadable: failures,
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
      throw new DataError('DATA_DISK_FULL', `The disk is full; ${listed.length} pictures take ${gigabytes(listed.length * length)}.`, {
        where: pixelFile,
        hint: 'Make room, name another place with GLYPHLAB_CACHE_DIR, or scale the pictures down: dataset.size.',
        cause,
      }); // prettier-ignore
    } finally {
      await handle.close();
    }
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What the store has; nothing if its files do not fit together. */
async function readIndex(indexFile: string, pixelFile: string, length: number): Promise<Index> {
  try {
    const index = JSON.parse(await readFile(indexFile, 'utf8')) as Index;
    const { size } = await stat(pixelFile);
    if (index.version === VERSION && size >= index.pictures.length * length) return index;
  } catch {
    // There is none yet, or it is damaged: everything is decoded again.
  }
  return { version: VERSION, pictures: [] };
}
