import { distanceTo } from './distance.ts';
import type { Part } from './parts.ts';
import type { Box } from './plane.ts';

/** The parts of a mask that make up one character, and what else there is. */
export interface Character {
  parts: Part[];
  box: Box;
  /** Ink left of other characters: how many there may be. */
  others: number;
  /** Whether it reaches the edge of the picture. */
  touchesEdge: boolean;
  /** Mean width of its strokes, in pixels. */
  strokeWidth: number;
  /** Share of its box that is ink, 0–1. */
  fill: number;
}

const longSide = ({ left, top, right, bottom }: Box) => Math.max(right - left, bottom - top);

const unite = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

/**
 * Picks the character: the largest part that lies well inside the picture, with the parts close enough to belong to it
 * (the bar of a 5, a broken stroke). Specks are dropped, as is what hangs over from the edges, unless it goes on where the
 * character breaks off.
 *
 * @returns undefined if there is no part
 */
export function pickCharacter(all: readonly Part[], width: number, height: number): Character | undefined {
  const parts = all.filter((part) => !isFrame(part, all, width));
  const largest = parts[0];
  if (!largest) return undefined;
  const touches = ({ box }: { box: Box }) =>
    box.left <= 1 || box.top <= 1 || box.right >= width - 1 || box.bottom >= height - 1;
  const prominence = (part: Part) => {
    const offCentre = Math.hypot(
      (part.box.left + part.box.right) / width - 1,
      (part.box.top + part.box.bottom) / height - 1,
    );
    return Math.sqrt(part.pixels.length) * (1 - 0.4 * Math.min(1, offCentre)) * (touches(part) ? 0.3 : 1);
  };
  const main = parts.reduce((best, part) => (prominence(part) > prominence(best) ? part : best), largest);
  const others = parts.filter((part) => part !== main && part.pixels.length >= Math.max(6, 0.015 * main.pixels.length));
  const { group, box, rest, strokeWidth } = gather(main, others, touches, width, height);
  const area = group.reduce((sum, part) => sum + part.pixels.length, 0);
  return {
    parts: group,
    box,
    others: countCharacters(
      rest.filter((part) => !touches(part)),
      longSide(box),
      strokeWidth,
    ),
    touchesEdge: touches({ box }),
    strokeWidth,
    fill: area / ((box.right - box.left) * (box.bottom - box.top)),
  };
}

/**
 * All parts as one character, specks and all: in a drawing every stroke is meant.
 *
 * @param parts largest first
 * @returns undefined if there is none
 */
export function wholeCharacter(parts: readonly Part[], width: number): Character | undefined {
  const main = parts[0];
  if (!main) return undefined;
  const box = parts.reduce((whole, part) => unite(whole, part.box), main.box);
  const area = parts.reduce((sum, part) => sum + part.pixels.length, 0);
  return {
    parts: [...parts],
    box,
    others: 0,
    touchesEdge: false,
    strokeWidth: strokeWidthOf(main, width),
    fill: area / ((box.right - box.left) * (box.bottom - box.top)),
  };
}

/** A box drawn around a character: ink along the sides only, and something of size within. */
function isFrame(part: Part, all: readonly Part[], width: number): boolean {
  const { left, top, right, bottom } = part.box;
  const size = longSide(part.box);
  const encloses = ({ box }: Part) =>
    box.left > left && box.right < right && box.top > top && box.bottom < bottom && longSide(box) > 0.25 * size;
  if (!all.some(encloses)) return false;
  const rim = 0.08 * size;
  const onRim = part.pixels.filter((i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(x - left, right - 1 - x, y - top, bottom - 1 - y) <= rim;
  });
  return onRim.length > 0.9 * part.pixels.length;
}

/** Ink at the edge of the picture continues a stroke if the gap between is less than this share of the stroke's width. */
const BROKEN = 0.5;

/** Adds to the main part, round by round, the parts that lie close to what has been gathered; at the edge, very close. */
function gather(main: Part, others: readonly Part[], touches: (part: Part) => boolean, width: number, height: number) {
  const group = [main];
  let rest = [...others];
  let box = main.box;
  const member = new Uint8Array(width * height);
  for (const i of main.pixels) member[i] = 1;
  const strokeWidth = strokeWidthOf(main, width);
  for (let grown = true; grown && rest.length > 0;) {
    grown = false;
    const distance = distanceTo(1, member, width, height);
    const reach = Math.max(1.5 * strokeWidth, 0.1 * longSide(main.box));
    for (const part of rest) {
      let gap = Infinity;
      for (const i of part.pixels) if (distance[i]! < gap) gap = distance[i]!;
      const far = touches(part) ? BROKEN * strokeWidth : standsOver(part.box, box) ? 2.5 * reach : reach;
      if (gap > far) continue;
      group.push(part);
      box = unite(box, part.box);
      for (const i of part.pixels) member[i] = 1;
      grown = true;
    }
    rest = rest.filter((part) => !group.includes(part));
  }
  return { group, box, rest, strokeWidth };
}

/** Above or below, not beside: one character's strokes may part that way, two characters stand in a row. */
function standsOver(a: Box, b: Box): boolean {
  const overlap = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return overlap >= 0.6 * Math.min(a.right - a.left, b.right - b.left);
}

/** Within a band of width w the mean distance to the outside is w / 4. */
function strokeWidthOf(part: Part, width: number): number {
  const { mask, width: w, height: h } = cutOut([part], part.box, 1, width);
  const depth = distanceTo(0, mask, w, h);
  return (4 * depth.reduce((sum, value) => sum + value, 0)) / part.pixels.length;
}

/** The parts alone, in a mask of their box and `pad` pixels around it. */
export function cutOut(parts: readonly Part[], box: Box, pad: number, width: number) {
  const [w, h] = [box.right - box.left + 2 * pad, box.bottom - box.top + 2 * pad];
  const mask = new Uint8Array(w * h);
  for (const { pixels } of parts) {
    for (const i of pixels) mask[(Math.floor(i / width) - box.top + pad) * w + (i % width) - box.left + pad] = 1;
  }
  return { mask, width: w, height: h };
}

/** How many characters the remaining parts make: those of comparable size, counted once where they lie close together. */
function countCharacters(parts: readonly Part[], size: number, strokeWidth: number): number {
  const large = parts.filter(({ box }) => longSide(box) >= 0.4 * size).map(({ box }) => box);
  const gap = Math.max(1.5 * strokeWidth, 0.1 * size);
  const counted: Box[] = [];
  for (const box of large) {
    const near = counted.findIndex(
      (other) =>
        box.left - other.right < gap &&
        other.left - box.right < gap &&
        box.top - other.bottom < gap &&
        other.top - box.bottom < gap,
    );
    if (near < 0) counted.push(box);
    else counted[near] = unite(counted[near]!, box);
  }
  return counted.length;
}
