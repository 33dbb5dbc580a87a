import { DataError } from '@glyphlab/core';
import { readFile, stat } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { decodeBmp, isBmp } from './bmp.ts';
import { notAnImage, refuseHuge, unreadable } from './errors.ts';
import { decodePnm, isPnm } from './pnm.ts';
import type { Box } from '../find/plane.ts';
import type { PictureSource } from '../source.ts';

/** A picture file, turned as its orientation tag says. */
export interface PictureFile extends PictureSource {
  /** Whether a value has more than 8 bits. */
  deep: boolean;
  /** A new sharp pipeline over the upright picture in sRGB. */
  open: () => Sharp;
}

export interface PictureLimits {
  /** Pictures with more pixels are refused before they are decoded; default 268,402,689, sharp's own limit. */
  maxPixels?: number;
}

const MAX_FILE_BYTES = 512 * 1024 * 1024;
const MAX_PIXELS = 0x3fff * 0x3fff;
const FORMATS = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'];

/**
 * Reads a PNG, JPEG, WebP or BMP picture, also GIF, TIFF, AVIF, PGM and PPM. Of a moving one the first frame counts.
 *
 * @param source path of a file, or its bytes
 * @throws DataError PICTURE_MISSING, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_NOT_AN_IMAGE or PICTURE_UNREADABLE
 */
export async function openPicture(source: string | Uint8Array, limits: PictureLimits = {}): Promise<PictureFile> {
  const name = typeof source === 'string' ? source : undefined;
  const bytes = typeof source === 'string' ? await readBytes(source) : source;
  if (bytes.length === 0) throw new DataError('PICTURE_EMPTY', 'The file is empty.', { where: name });
  const maxPixels = limits.maxPixels ?? MAX_PIXELS;
  const { default: sharp } = await import('sharp');
  const decode = isBmp(bytes) ? decodeBmp : isPnm(bytes) ? decodePnm : undefined;
  if (decode) {
    const { width, height, data } = decode(bytes, name, maxPixels);
    return pictureFile({
      name,
      width,
      height,
      deep: false,
      open: () => sharp(data, { raw: { width, height, channels: 4 } }),
    });
  }

  const open = () => sharp(bytes, { limitInputPixels: false, failOn: 'error' });
  // SVG is text that can name other files and any size: it is not a picture someone took.
  if (looksLikeText(bytes)) throw notAnImage(bytes, name);
  const metadata = await open()
    .metadata()
    .catch((cause: unknown) => {
      throw notAnImage(bytes, name, cause);
    });
  const kind = metadata.format === 'heif' && metadata.compression === 'av1' ? 'avif' : metadata.format;
  if (!FORMATS.includes(kind)) throw notAnImage(bytes, name);
  const { width, height } = metadata.autoOrient;
  refuseHuge(width, height, name, maxPixels);
  refuseDepth(metadata.depth, name);
  const deep = metadata.depth === 'ushort';
  return pictureFile({ name, width, height, deep, open: () => open().autoOrient().toColourspace('srgb') });
}

function pictureFile(opened: Omit<PictureFile, 'scaled'>): PictureFile {
  const file: PictureFile = { ...opened, scaled: (...size) => scaledPart(file, ...size) };
  return file;
}

/** Of other numbers nobody says which is black and which white; they would be cut to whole ones, mostly 0. */
function refuseDepth(depth: string, name: string | undefined): void {
  if (depth === 'uchar' || depth === 'ushort') return;
  throw new DataError('PICTURE_UNREADABLE', `Its pixels are of type ${depth}, whose range of values is unknown.`, {
    where: name,
    hint: 'Save it with 8 or 16 bits a channel, with 0 for black and the largest value for white.',
  });
}

function scaledPart(file: PictureFile, { left, top, right, bottom }: Box, width: number, height: number) {
  const part = { left, top, width: right - left, height: bottom - top };
  const kernel = width > part.width || height > part.height ? 'cubic' : 'lanczos3';
  return decoded(file, (image) =>
    image.extract(part).ensureAlpha().resize(width, height, { fit: 'fill', kernel }).raw({ depth: 'uchar' }).toBuffer(),
  );
}

/** Runs a pipeline; damage that shows only on decoding becomes an error that names the file. */
export async function decoded<T>(file: PictureFile, run: (image: Sharp) => Promise<T>): Promise<T> {
  try {
    return await run(file.open());
  } catch (cause) {
    throw unreadable(file.name, cause);
  }
}

const looksLikeText = (bytes: Uint8Array) => /^[\s\ufeff]*</.test(Buffer.from(bytes.subarray(0, 64)).toString('utf8'));

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    // It would be read for ever; a pipe, as a shell makes one, has an end.
    if (stats.isCharacterDevice() || stats.isBlockDevice())
      throw new DataError('PICTURE_MISSING', 'This is a device, not a picture.', { where: path });
    const { size } = stats;
    if (size > MAX_FILE_BYTES) {
      throw new DataError('PICTURE_TOO_LARGE', `The file is ${(size / 2 ** 20).toFixed(0)} MiB.`, {
        where: path,
        hint: `At most ${MAX_FILE_BYTES / 2 ** 20} MiB are read.`,
      });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new DataError('PICTURE_MISSING', 'There is no such file.', { where: path, cause });
    if (code === 'EISDIR')
      throw new DataError('PICTURE_MISSING', 'This is a folder, not a picture.', { where: path, cause });
    throw new DataError('PICTURE_UNREADABLE', `The file cannot be read: ${(cause as Error).message}`, {
      where: path,
      cause,
    });
  }
}
