import { imageSize, type ImageShape } from '@glyphlab/core';
import { type Dataset, imageDigest, type PartName, type Place, type Split } from '../dataset.ts';
import { pixelsOf } from '../splits/pixels-of.ts';

export const partNames: readonly PartName[] = ['train', 'val', 'test'];

/** Two images that are the same, or nearly so. */
export interface LookAlike {
  first: Place;
  second: Place;
  /** The same values, all of them. */
  exact: boolean;
}

/** A difference hash has 8 × 8 bits: whether a field is lighter than the next one to the right. */
const SIDE = 8;
/** In one of so many parts of 16 bits two hashes must be the same to be compared: with up to three bits of difference they are. */
const BANDS = 4;
const MOST_BITS = 3;
/** Mean difference of two images' values, 0–255, up to which they are nearly the same: another JPEG quality, or a little scaling. */
const MOST_DIFFERENCE = 5;
/** In larger groups of like hashes, as plain images make, each is compared with so many before it only. */
const MOST_COMPARED = 64;

/**
 * Images of a dataset that are there twice: exactly, by their checksum, or nearly, by their difference hash (Krawetz 2013, "Kind of
 * Like That") and then their pixels.
 */
export function findLookAlikes({ imageShape, ...dataset }: Pick<Dataset, PartName | 'imageShape'>): LookAlike[] {
  const found: LookAlike[] = [];
  const firstOf = new Map<string, Place>();
  const bands = Array.from({ length: BANDS }, () => new Map<number, { place: Place; hash: Uint16Array }[]>());
  const imageAt = ({ part, row }: Place): Uint8Array => pixelsOf(dataset[part], [row]);
  for (const part of partNames) {
    const split = dataset[part];
    for (let row = 0; row < split.size; row++) {
      const place = { part, row };
      const pixels = imageAt(place);
      const digest = imageDigest(split, row);
      const same = firstOf.get(digest);
      if (same) {
        found.push({ first: same, second: place, exact: true });
        continue;
      }
      firstOf.set(digest, place);
      const hash = differenceHash(pixels, imageShape);
      const compared = new Set<object>();
      let near: Place | undefined;
      bands.forEach((band, k) => {
        const group = band.get(hash[k]!) ?? [];
        for (const other of near ? [] : group.slice(-MOST_COMPARED)) {
          if (compared.has(other.place)) continue;
          compared.add(other.place);
          if (bitsApart(hash, other.hash) > MOST_BITS) continue;
          if (meanDifference(pixels, imageAt(other.place)) > MOST_DIFFERENCE) continue;
          near = other.place;
          break;
        }
        group.push({ place, hash });
        band.set(hash[k]!, group);
      });
      if (near) found.push({ first: near, second: place, exact: false });
    }
  }
  return found;
}

/** Sixteen bits in each of four numbers. */
function differenceHash(pixels: Uint8Array, shape: ImageShape): Uint16Array {
  const fields = fieldMeans(pixels, shape, SIDE, SIDE + 1);
  const hash = new Uint16Array(BANDS);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = y * (SIDE + 1) + x;
      if (fields[at]! > fields[at + 1]!) hash[y >> 1]! |= 1 << ((y & 1) * SIDE + x);
    }
  }
  return hash;
}

/** Mean of each field of a grid over the image, all channels together, row by row. */
function fieldMeans(
  pixels: Uint8Array,
  [height, width, channels]: ImageShape,
  rows: number,
  columns: number,
): Float64Array {
  const means = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const [top, bottom] = span(r, rows, height);
    for (let c = 0; c < columns; c++) {
      const [left, right] = span(c, columns, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let k = (y * width + left) * channels; k < (y * width + right) * channels; k++) sum += pixels[k]!;
      }
      means[r * columns + c] = sum / ((bottom - top) * (right - left) * channels);
    }
  }
  return means;
}

const span = (k: number, parts: number, size: number): [from: number, to: number] => {
  const from = Math.floor((k * size) / parts);
  return [from, Math.max(from + 1, Math.floor(((k + 1) * size) / parts))];
};

function bitsApart(a: Uint16Array, b: Uint16Array): number {
  let bits = 0;
  for (let k = 0; k < BANDS; k++) {
    for (let rest = a[k]! ^ b[k]!; rest !== 0; rest &= rest - 1) bits++;
  }
  return bits;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += Math.abs(a[k]! - b[k]!);
  return sum / a.length;
}

/** Mean of all images of a split, as an image; at most so many of them, from all over the split. */
export function meanImage(split: Split, imageShape: ImageShape, most = 5000): Uint8Array {
  const size = imageSize(imageShape);
  const count = Math.min(most, split.size);
  const sum = new Float64Array(size);
  for (let k = 0; k < count; k++) {
    const pixels = pixelsOf(split, [Math.floor((k * split.size) / count)]);
    for (let i = 0; i < size; i++) sum[i]! += pixels[i]!;
  }
  return Uint8Array.from(sum, (value) => Math.round(value / count));
}
