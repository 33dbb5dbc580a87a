import type { ImageShape } from '@glyphlab/core';
import { wholeCharacter } from './find/character.ts';
import { findCharacter } from './find/find-character.ts';
import { fitCharacter, type Placement } from './fit.ts';
import { findParts } from './find/parts.ts';
import type { Box } from './find/plane.ts';
import type { PictureSource } from './source.ts';
import { characterWarnings, type PictureWarning } from './warnings.ts';

/**
 * How a picture becomes an image as the model's training images are.
 * - `mnist`: the character alone, light on black, its longer side 20 of 28 pixels, centred by its mass
 *   (LeCun et al., Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86, 1998, §III.A).
 * - `emnist`: the same with 24 pixels, centred by its box (Cohen et al., EMNIST, 2017, §II.B).
 * - `resize`: the whole picture, scaled to the image's size.
 */
export type Preparation = 'mnist' | 'emnist' | 'resize';

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
 * Finds the character in a picture and draws it as the data set holds its own.
 *
 * @throws DataError PICTURE_NO_INK if there is no character in it
 */
export async function prepareCharacter(
  picture: PictureSource,
  imageShape: ImageShape,
  preparation: 'mnist' | 'emnist',
): Promise<Picture> {
  const found = await findCharacter(picture);
  return {
    pixels: fitCharacter(found.character, found.ink.width, imageShape, placements[preparation]),
    imageShape,
    box: found.box,
    warnings: characterWarnings(found),
  };
}

/**
 * What was drawn on a screen, as the data set holds its characters. All ink belongs to the one character.
 *
 * @param mask 1 where there is ink, [height, width]
 * @returns pixels `[height, width, channels]`, 0–255; undefined if there is no ink
 */
export function prepareDrawing(
  mask: Uint8Array,
  width: number,
  imageShape: ImageShape,
  preparation: 'mnist' | 'emnist',
): Uint8Array | undefined {
  const character = wholeCharacter(findParts(mask, width, mask.length / width), width);
  return character && fitCharacter(character, width, imageShape, placements[preparation]);
}
