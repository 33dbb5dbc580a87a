import type { ImageShape } from '@glyphlab/core';
import { openPicture, type PictureLimits } from './picture-file.ts';
import { findCharacter } from './picture-find.ts';
import { fitCharacter, type Placement } from './picture-fit.ts';
import type { Box } from './picture-plane.ts';
import { resizePicture } from './picture-resize.ts';
import { characterWarnings, type PictureWarning } from './picture-warnings.ts';

/**
 * How a picture becomes an image as the model's training images are.
 * - `mnist`: the character alone, light on black, its longer side 20 of 28 pixels, centred by its mass
 *   (LeCun et al., Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86, 1998, §III.A).
 * - `emnist`: the same with 24 pixels, centred by its box (Cohen et al., EMNIST, 2017, §II.B).
 * - `resize`: the whole picture, scaled to the image's size.
 */
export type Preparation = 'mnist' | 'emnist' | 'resize';

export interface PictureOptions extends PictureLimits {
  /** Of the model's input; other sizes than 28 × 28 keep the proportions named above. */
  imageShape: ImageShape;
  preparation: Preparation;
}

/** A person's picture as a model takes it. */
export interface Picture {
  /** `[height, width, channels]`, 0–255. */
  pixels: Uint8Array;
  imageShape: ImageShape;
  /** Where in the upright picture the image was taken from, in the picture's pixels. */
  box: Box;
  /** What makes the result doubtful; empty if nothing does. */
  warnings: PictureWarning[];
}

/** Stroke widths are the quarter points of MNIST's: one-pixel pens and markers are brought between them. */
const placements: Record<'mnist' | 'emnist', Placement> = {
  mnist: { box: 20 / 28, centre: 'mass', strokeWidth: [0.125, 0.22] },
  emnist: { box: 24 / 28, centre: 'box', strokeWidth: [0.125, 0.22] },
};

/**
 * Reads a person's picture of one character: a photo or a drawing of any size, with its orientation tag, transparency,
 * colour, dark on light or light on dark, on squared paper, in uneven light.
 *
 * @param source path of a PNG, JPEG, WebP, BMP, GIF, TIFF or AVIF file, or its bytes
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
  const found = await findCharacter(file);
  return {
    pixels: fitCharacter(found.character, found.ink.width, imageShape, placements[preparation]),
    imageShape,
    box: found.box,
    warnings: characterWarnings(found),
  };
}
