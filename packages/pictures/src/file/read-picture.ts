import type { ImageShape } from '@glyphlab/core';
import { openPicture, type PictureLimits } from './open-picture.ts';
import { type Picture, type Preparation, prepareCharacter } from '../prepare.ts';
import { resizePicture } from './resize-picture.ts';

export interface PictureOptions extends PictureLimits {
  /** Of the model's input; other sizes than 28 × 28 keep the proportions named at Preparation. */
  imageShape: ImageShape;
  preparation: Preparation;
}

/**
 * Reads a person's picture of one character: a photo or a drawing of any size, with its orientation tag, transparency,
 * colour, dark on light or light on dark, on squared paper, in uneven light.
 *
 * @param source path of a PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, PGM or PPM file, or its bytes
 * @throws DataError PICTURE_MISSING, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_NOT_AN_IMAGE, PICTURE_UNREADABLE, or
 *   PICTURE_NO_INK if there is no character in it
 */
export async function readPicture(source: string | Uint8Array, options: PictureOptions): Promise<Picture> {
  const { imageShape, preparation } = options;
  const file = await openPicture(source, options);
  if (preparation === 'resize') {
    const box = { left: 0, top: 0, right: file.width, bottom: file.height };
    return { pixels: await resizePicture(file, imageShape), imageShape, box, warnings: [] };
  }
  return prepareCharacter(file, imageShape, preparation);
}
