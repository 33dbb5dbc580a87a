import { readStored } from '@glyphlab/core/stored-images';
import type { Split } from '../dataset.ts';

/**
 * Some images of a split, wherever it has them.
 *
 * @param indices in the split, from 0
 * @returns one after the other
 */
export function pixelsOf({ images, stored, size }: Split, indices: readonly number[]): Uint8Array {
  if (stored) return readStored(stored, indices);
  const length = images.length / size;
  const pixels = new Uint8Array(indices.length * length);
  indices.forEach((index, k) => pixels.set(images.subarray(index * length, (index + 1) * length), k * length));
  return pixels;
}
