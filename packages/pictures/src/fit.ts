import type { ImageShape } from '@glyphlab/core';
import { cutOut, type Character } from './find/character.ts';
import { distanceTo } from './find/distance.ts';
import { plane, type Box, type Plane } from './find/plane.ts';

/** How a data set placed its characters. */
export interface Placement {
  /** Longer side of the character, as a share of the image's side. */
  box: number;
  /** What lies in the middle of the image: the ink's centre of mass, or the centre of its box. */
  centre: 'mass' | 'box';
  /** Stroke widths the set has, as shares of the box: thinner and bolder strokes are brought to the nearer bound. */
  strokeWidth: readonly [thinnest: number, boldest: number];
}

/**
 * Draws a character as its data set holds them: light ink on black, 0–255, scaled with its proportions kept and its edges
 * smoothed, and centred.
 *
 * @param width of the mask the character's parts refer to
 * @returns pixels `[height, width, channels]`, the same in all channels
 */
export function fitCharacter(
  character: Character,
  width: number,
  imageShape: ImageShape,
  placement: Placement,
): Uint8Array {
  const [rows, cols, channels] = imageShape;
  const boxSide = Math.round(placement.box * Math.min(rows, cols));
  const ink = withStrokeWidth(character, width, placement.strokeWidth);
  const small = shrink(ink, boxOf(ink), boxSide);
  const centre = placement.centre === 'mass' ? centreOfMass(small) : { x: small.width / 2, y: small.height / 2 };
  const left = Math.max(0, Math.min(cols - small.width, Math.round(cols / 2 - centre.x)));
  const top = Math.max(0, Math.min(rows - small.height, Math.round(rows / 2 - centre.y)));
  const image = new Uint8Array(rows * cols * channels);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const value = Math.round(255 * small.data[y * small.width + x]!);
      const at = ((top + y) * cols + left + x) * channels;
      image.fill(value, at, at + channels);
    }
  }
  return image;
}

/** The character's ink, 0–1, its strokes thickened or thinned into the bounds; padded by what thickening adds. */
function withStrokeWidth(
  { parts, box, strokeWidth }: Character,
  width: number,
  [thinnest, boldest]: readonly [number, number],
): Plane {
  const side = Math.max(box.right - box.left, box.bottom - box.top);
  const wanted = Math.max(thinnest * side, Math.min(boldest * side, strokeWidth));
  // Thickening by w also lengthens the character by w, which scaling it back to its box takes off again.
  const growth = wanted > strokeWidth ? (wanted - strokeWidth) / (1 - thinnest) / 2 : (wanted - strokeWidth) / 2;
  const pad = Math.ceil(Math.max(0, growth)) + 2;
  const { mask, ...size } = cutOut(parts, box, pad, width);
  const ink = plane(size.width, size.height);
  const outside = distanceTo(1, mask, size.width, size.height);
  const inside = distanceTo(0, mask, size.width, size.height);
  for (let i = 0; i < ink.data.length; i++) {
    ink.data[i] = Math.max(0, Math.min(1, (mask[i] ? inside[i]! : 1 - outside[i]!) + growth));
  }
  return ink;
}

function boxOf({ width, height, data }: Plane): Box {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  data.forEach((value, i) => {
    if (value < 0.5) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  });
  return box;
}

/** The part of a plane within a box, its longer side brought to `side`, each pixel the mean of the area it covers. */
function shrink(source: Plane, box: Box, side: number): Plane {
  const [boxWidth, boxHeight] = [box.right - box.left, box.bottom - box.top];
  const scale = Math.max(boxWidth, boxHeight) / side;
  const target = plane(
    Math.max(1, Math.min(side, Math.round(boxWidth / scale))),
    Math.max(1, Math.min(side, Math.round(boxHeight / scale))),
  );
  const columns = overlaps(target.width, box.left, boxWidth / target.width, source.width);
  const rows = overlaps(target.height, box.top, boxHeight / target.height, source.height);
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      let sum = 0;
      for (const [row, high] of rows[y]!) {
        for (const [column, wide] of columns[x]!) sum += high * wide * source.data[row * source.width + column]!;
      }
      target.data[y * target.width + x] = sum;
    }
  }
  return target;
}

/** For each of `count` intervals of `size`, the positions it covers and which share of it each takes. */
function overlaps(count: number, start: number, size: number, limit: number): [position: number, share: number][][] {
  return Array.from({ length: count }, (_, k) => {
    const [from, to] = [start + k * size, start + (k + 1) * size];
    const covered: [number, number][] = [];
    for (let i = Math.floor(from); i < Math.min(limit, Math.ceil(to)); i++) {
      covered.push([i, (Math.min(to, i + 1) - Math.max(from, i)) / size]);
    }
    return covered;
  });
}

function centreOfMass({ width, data }: Plane): { x: number; y: number } {
  let mass = 0;
  let [x, y] = [0, 0];
  data.forEach((value, i) => {
    mass += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}
