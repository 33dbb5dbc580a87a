import { DataError, GlyphlabError, type ImageShape, type OnProgress } from '@glyphlab/core';
import { type Preparation, prepareCharacter } from '@glyphlab/pictures';
import { openPicture, resizePicture } from '@glyphlab/pictures/node';
import type { Split } from '../dataset.ts';
import { firstOf } from './files.ts';
import type { ListedPicture, Listing } from './listing.ts';

export interface ReadOptions {
  cacheDir: string;
  unreadable: 'refuse' | 'skip';
  /** How a picture becomes an image. Default `resize`. */
  prepare?: Preparation | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** The pictures that could be read, in their order. */
export interface ReadPictures extends Split {
  /** From their folder, with `/`. */
  names: string[];
  /** How many of them had another size. */
  scaled: number;
  /** Those that could not be read, a line each. */
  unreadable: string[];
}

/** The image of a picture, or why it cannot be read. */
export async function decode(path: string, imageShape: ImageShape, prepare: Preparation = 'resize') {
  try {
    const picture = await openPicture(path);
    const pixels =
      prepare === 'resize'
        ? await resizePicture(picture, imageShape)
        : (await prepareCharacter(picture, imageShape, prepare)).pixels;
    return { height: picture.height, width: picture.width, pixels };
  } catch (error) {
    if (error instanceof GlyphlabError) return error;
    throw error;
  }
}

/** Height and width of the first picture that can be read; the rest of them tells what is wrong with the others. */
export async function sizeOfFirst({ folder, pictures }: Listing): Promise<[number, number]> {
  const reasons: string[] = [];
  for (const picture of pictures) {
    try {
      const { height, width } = await openPicture(picture.path);
      return [height, width];
    } catch (error) {
      if (!(error instanceof GlyphlabError)) throw error;
      reasons.push(reason(picture, error));
    }
  }
  throw refusal(reasons, pictures.length, folder);
}

export const reason = ({ name }: ListedPicture, { message, hint }: GlyphlabError): string =>
  `${name}: ${message}${hint ? ` ${hint}` : ''}`;

/** @param lines one for each picture that cannot be read; none is well */
export function refuseUnreadable(lines: readonly string[], all: number, directory: string): void {
  if (lines.length > 0) throw refusal(lines, all, directory);
}

const refusal = (lines: readonly string[], all: number, directory: string): DataError =>
  new DataError('DATA_PICTURES_UNREADABLE', `${lines.length} of ${all} pictures cannot be read:\n${firstOf(lines)}`, {
    where: directory,
    hint: 'Repair or remove them, or leave them out with dataset.unreadable: skip.',
  });
