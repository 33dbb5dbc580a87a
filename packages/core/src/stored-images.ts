import { closeSync, openSync, readSync } from 'node:fs';

/** Images of one size in a file, too many for memory: one after the other, each at its row's place. */
export interface StoredImages {
  file: string;
  /** Bytes of one image. */
  imageBytes: number;
  /** Which row of the file each image of the split is. */
  rows: Int32Array;
}

/** Reads some images of a split at once; for a few, not for training. @param indices of the split, from 0 */
export function readStored({ file, imageBytes, rows }: StoredImages, indices: readonly number[]): Uint8Array {
  const pixels = new Uint8Array(indices.length * imageBytes);
  const handle = openSync(file, 'r');
  try {
    indices.forEach((index, k) => readSync(handle, pixels, k * imageBytes, imageBytes, rows[index]! * imageBytes));
  } finally {
    closeSync(handle);
  }
  return pixels;
}
