import { createHash } from 'node:crypto';
import type { ImageShape } from '@glyphlab/core';

/** Images of one part of a dataset with their labels. */
export interface Split {
  /** Grey or colour values 0–255, [size, height, width, channels]. */
  images: Uint8Array;
  /** Class numbers from 0, [size]. */
  labels: Uint8Array;
  size: number;
}

/** A dataset in memory: upright images, light ink on dark ground, three parts that share no image. */
export interface Dataset {
  /** As in the configuration: `mnist`. */
  type: string;
  /** For people: `MNIST`. */
  name: string;
  classNames: readonly string[];
  imageShape: ImageShape;
  train: Split;
  val: Split;
  test: Split;
  /** Where it came from: an address, a folder or a package. */
  source: string;
  /** What a reader of the results should know, as that a file differs from the official one. Mostly empty. */
  notes: readonly string[];
}

/** Fingerprint of a split's images and labels in their order: 36 hexadecimal digits, the most that MLflow keeps. */
export function splitDigest({ images, labels }: Split): string {
  return createHash('sha256').update(images).update(labels).digest('hex').slice(0, 36);
}

/** Images of each class, [numClasses]. */
export function classCounts({ labels }: Split, numClasses: number): number[] {
  const counts = Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
