import type { FoundCharacter } from './find/find-character.ts';

/** Why a prediction may be wrong although the picture could be read. */
export interface PictureWarning {
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
export function characterWarnings({ character, ink, box, others, touchesEdge }: FoundCharacter): PictureWarning[] {
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
    warn('PICTURE_UNLIKE', 'This looks like a drawing rather than like one character.');
  } else if (character.fill > 0.6 && character.strokeWidth > 0.3 * side) {
    warn('PICTURE_UNLIKE', 'This looks like a solid shape rather than like strokes of a pen.');
  }
  if (touchesEdge) warn('PICTURE_CUT', 'The character reaches the edge of the picture: a part of it may be missing.');
  if (ink.contrast < FAINT) warn('PICTURE_FAINT', 'The character hardly stands out from its ground.');
  if (Math.max(width, height) < SMALL)
    warn('PICTURE_SMALL', `The character is only ${Math.max(width, height)} pixels large.`);
  return warnings;
}
