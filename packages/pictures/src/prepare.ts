import type { ImageShape } from '@glyphlab/core';
import { wholeCharacter } from './find/character.ts';
import { findCharacter, type FoundCharacter } from './find/find-character.ts';
import { findParts } from './find/parts.ts';
import type { Box } from './find/plane.ts';
import { fitCharacter, type Placement } from './fit.ts';
import type { PictureSource } from './source.ts';

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

/** Why a prediction may be wrong although the picture could be read. */
interface PictureWarning {
  /** Stable: PICTURE_SEVERAL, PICTURE_UNLIKE, PICTURE_CUT, PICTURE_FAINT or PICTURE_SMALL. */
  code: string;
  message: string;
}

/** Below this share of the ground's brightness ink is faint. */
const FAINT = 0.15;
/** A character with fewer pixels along its longer side has lost its form. */
const SMALL = 12;
/** Characters are up to 1.35 times as wide as high. */
const WIDE = 1.8;
/** Strokes of a character are at most this many times as long as the character is high or wide; a drawing's are longer. */
const LONG = 7;
/** Of hairlines, thinner than this share of the longer side, as many times: a fine pen writes no longer strokes than others. */
const HAIRLINE = 0.02;
const LONG_HAIRLINE = 4;

/** What about a character makes its prediction doubtful. */
function characterWarnings({ character, ink, box, others, touchesEdge }: FoundCharacter): PictureWarning[] {
  const warnings: PictureWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const side = Math.max(character.box.right - character.box.left, character.box.bottom - character.box.top);
  const area = character.parts.reduce((sum, part) => sum + part.pixels.length, 0);
  const strokeLength = area / character.strokeWidth / side;
  if (others > 0) {
    warn('PICTURE_SEVERAL', `There seem to be ${others + 1} characters; only the most prominent one was read.`);
  } else if (width > WIDE * height) {
    warn('PICTURE_SEVERAL', 'What is written is much wider than high: there may be several characters in it.');
  }
  if (strokeLength > (character.strokeWidth < HAIRLINE * side ? LONG_HAIRLINE : LONG)) {
    warn('PICTURE_UNLIKE', 'This looks more like a drawing than one character.');
  } else if (character.fill > 0.6 && character.strokeWidth > 0.3 * side) {
    warn('PICTURE_UNLIKE', 'This looks more like a solid shape than strokes of a pen.');
  }
  if (touchesEdge) warn('PICTURE_CUT', 'The character reaches the edge of the picture: a part of it may be missing.');
  if (ink.contrast < FAINT) warn('PICTURE_FAINT', 'The character hardly stands out from its background.');
  if (Math.max(width, height) < SMALL)
    warn('PICTURE_SMALL', `The character is only ${Math.max(width, height)} pixels in size.`);
  return warnings;
}
