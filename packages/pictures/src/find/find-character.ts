import { DataError } from '@glyphlab/core';
import { pickCharacter, type Character } from './character.ts';
import { readGrey } from './grey.ts';
import { findInk, type Ink } from './ink.ts';
import { eraseLines } from './lines.ts';
import { findParts, type Part } from './parts.ts';
import type { Box } from './plane.ts';
import type { PictureSource } from '../source.ts';

/** A character found in a picture, as seen closely, and what the whole picture showed. */
export interface FoundCharacter {
  /** In pixels of the mask in `ink`. */
  character: Character;
  ink: Ink;
  /** In pixels of the upright picture. */
  box: Box;
  /** Other characters in the whole picture. */
  others: number;
  /** Whether it reaches the edge of the whole picture. */
  touchesEdge: boolean;
}

/** A character seen in a part of the picture. */
interface View {
  character: Character;
  ink: Ink;
  region: Box;
  scale: number;
}

/**
 * Finds the character in a picture: looks at the whole, steps in to the sheet if that is what stands out, and looks
 * again closely if the character is small.
 *
 * @throws DataError PICTURE_NO_INK; PICTURE_UNREADABLE if the pixels are damaged
 */
export async function findCharacter(picture: PictureSource): Promise<FoundCharacter> {
  const everything: Box = { left: 0, top: 0, right: picture.width, bottom: picture.height };
  let view = await look(picture, everything);
  if (view && isSheet(view)) {
    const sheet = view;
    for (const margin of SHEET_MARGINS) {
      const onSheet = await look(picture, around(sheet, -margin));
      if (!onSheet || !isWrittenOn(sheet, onSheet)) continue;
      view = onSheet;
      break;
    }
  }
  if (!view) {
    throw new DataError('PICTURE_NO_INK', 'No character was found in this picture.', {
      where: picture.name,
      hint: 'Write the character in one strong colour on plain or squared paper.',
    });
  }
  const { others, touchesEdge } = view.character;
  for (let pass = 0; pass < 2 && relativeSide(view) < CLOSE_ENOUGH; pass++) {
    view = (await look(picture, around(view, 0.5))) ?? view;
  }
  return { character: view.character, ink: view.ink, box: around(view, 0), others, touchesEdge };
}

/** Shares of a sheet's longer side that are left out around what may be written on it: it may lie askew, or be full. */
const SHEET_MARGINS = [0.08, 0.04];

/** Share of the working picture a character should fill for its strokes to be measured well. */
const CLOSE_ENOUGH = 0.4;

/** Ink must stand out this much, of the ground's brightness and of its noise. */
const LEAST_CONTRAST = 0.05;
const LEAST_CONTRAST_TO_NOISE = 8;

async function look(picture: PictureSource, region: Box): Promise<View | undefined> {
  const { grey, scale } = await readGrey(picture, region);
  const ink = findInk(grey);
  if (ink.contrast < LEAST_CONTRAST || ink.contrast < LEAST_CONTRAST_TO_NOISE * ink.noise) return undefined;
  const character = pickCharacter(partsWithoutLines(ink), ink.width, ink.height);
  return character && { character, ink, region, scale };
}

/** Lines are as dark as the character if a larger share of them than this is. */
const DARK_LINES = 0.1;

/** The parts of the ink that are not lines of the paper. */
function partsWithoutLines({ mask, dark, pale, width, height }: Ink): Part[] {
  // Of pale lines the mask holds patches alone, which do not show what they are.
  const rest = pale.slice();
  const paleLines = eraseLines(rest, width, height);
  const erased = (ink: Uint8Array) => ink.reduce((sum, is, i) => sum + (is && pale[i] && !rest[i] ? 1 : 0), 0);
  // Where lines are paler than the character, what is dark on them is the character's.
  const darkLines = erased(dark) > DARK_LINES * erased(pale);
  const written = mask.map((ink, i) => (ink && (rest[i] || (dark[i] && !darkLines)) ? 1 : 0));
  const lines = Math.max(paleLines, eraseLines(written, width, height));
  if (lines === 0) return findParts(mask, width, height);
  // Where lines crossed, and in the corners that they cut off, crumbs of them are left.
  const corner = 0.12 * Math.max(width, height);
  const parts = findParts(written, width, height).filter(({ box: { left, top, right, bottom } }) => {
    const side = Math.max(right - left, bottom - top);
    const atEdge = left === 0 || top === 0 || right === width || bottom === height;
    return side > 8 && !(atEdge && lines > 2 && side < corner);
  });
  // One or two lines and nothing else: a 1 or a 7 that fills the picture.
  return parts.length === 0 && lines <= 2 ? findParts(mask, width, height) : parts;
}

const sideOf = ({ character: { box } }: View) => Math.max(box.right - box.left, box.bottom - box.top);
const relativeSide = (view: View) => sideOf(view) / Math.max(view.ink.width, view.ink.height);

/** A solid area that fills much of the picture: not a stroke, but what someone wrote on. */
const isSheet = (view: View) =>
  view.character.fill > 0.6 && view.character.strokeWidth > 0.2 * sideOf(view) && relativeSide(view) > 0.4;

/** What is found within a bold character are its holes, about as wide as its strokes; a pen's strokes are fine on a sheet. */
const isWrittenOn = (sheet: View, written: View) =>
  !isSheet(written) &&
  !written.character.touchesEdge &&
  written.character.strokeWidth / written.scale < (0.35 * sheet.character.strokeWidth) / sheet.scale;

/** The region of the picture around what was found, with a margin as a share of its longer side. */
function around(view: View, margin: number): Box {
  const { region, scale, character } = view;
  const { left, top, right, bottom } = character.box;
  const by = margin * sideOf(view);
  return {
    left: Math.max(region.left, Math.floor(region.left + (left - by) / scale)),
    top: Math.max(region.top, Math.floor(region.top + (top - by) / scale)),
    right: Math.min(region.right, Math.ceil(region.left + (right + by) / scale)),
    bottom: Math.min(region.bottom, Math.ceil(region.top + (bottom + by) / scale)),
  };
}
