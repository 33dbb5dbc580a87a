import { imageSize, type ImageShape } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';
import type { Preparation } from '@glyphlab/pictures';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Change it with anything that changes pixels. */
const VERSION = 2;

/** A picture that was decoded before. */
export interface CachedPicture {
  /** Of its file when it was decoded. */
  stamp: string;
  /** Of the picture before it was scaled. */
  height: number;
  width: number;
  /** [height, width, channels] of the image, 0–255. */
  pixels: Uint8Array;
}

interface Header {
  version: number;
  sha256: string;
  pictures: [name: string, stamp: string, height: number, width: number][];
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Where the images of a folder at a size are kept; other folders, sizes and preparations have other files. */
export function cacheFileOf(
  cacheDir: string,
  directory: string,
  imageShape: ImageShape,
  prepare: Preparation = 'resize',
): string {
  const way = prepare === 'resize' ? [] : [prepare];
  const key = sha256(Buffer.from(JSON.stringify([directory, imageShape, ...way]))).slice(0, 16);
  return join(cacheDir, 'image-folder', `${basename(directory)}-${key}.bin`);
}

/** The images of a cache file by their pictures' names; none if there is no such file, or it is damaged. */
export async function readImages(file: string, imageShape: ImageShape): Promise<Map<string, CachedPicture>> {
  const images = new Map<string, CachedPicture>();
  const data = await readFile(file).catch(() => undefined);
  if (!data) return images;
  const start = data.indexOf('\n') + 1;
  const header = parseHeader(data.subarray(0, start));
  const pixels = data.subarray(start);
  const length = imageSize(imageShape);
  if (header?.pictures.length !== pixels.length / length || header.sha256 !== sha256(pixels)) return images;
  header.pictures.forEach(([name, stamp, height, width], row) => {
    images.set(name, { stamp, height, width, pixels: pixels.subarray(row * length, (row + 1) * length) });
  });
  return images;
}

function parseHeader(text: Buffer): Header | undefined {
  try {
    const header = JSON.parse(text.toString('utf8')) as Header;
    return header.version === VERSION ? header : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps images for the next time. If they cannot be written, the next time merely takes longer.
 *
 * @param images of all `pictures`, one after the other
 */
export async function writeImages(file: string, pictures: Header['pictures'], images: Uint8Array): Promise<void> {
  const header: Header = { version: VERSION, sha256: sha256(images), pictures };
  await writeWhole(file, [Buffer.from(`${JSON.stringify(header)}\n`), images]).catch(() => undefined);
}
