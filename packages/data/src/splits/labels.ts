import type { Labels } from '@glyphlab/core';

/** Class numbers as bytes where that is enough, else as two each. */
export const labelsOf = (labels: readonly number[], numClasses: number): Labels =>
  numClasses <= 256 ? Uint8Array.from(labels) : Uint16Array.from(labels);

/** Room for `size` labels of the same kind. */
export const emptyLike = (labels: Labels, size: number): Labels =>
  labels instanceof Uint8Array ? new Uint8Array(size) : new Uint16Array(size);
