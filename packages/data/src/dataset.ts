import { createHash } from 'node:crypto';
import type { ImageShape, Labels } from '@glyphlab/core';
import type { StoredImages } from '@glyphlab/core/stored-images';
import type { Preparation } from '@glyphlab/pictures';

/** Images of a split in a file. */
interface HashedImages extends StoredImages {
  /** A checksum of each of the file's images, by its row there. */
  hashes: readonly string[];
}

/** A file that an image was read from, and its size in pixels. */
interface PictureFile {
  /** From its dataset's folder, with `/`. */
  name: string;
  height: number;
  width: number;
}

/** Images of one part of a dataset with their labels. */
export interface Split {
  /** Grey or colour values 0–255, [size, height, width, channels]; empty where they are stored. See `pixelsOf`. */
  images: Uint8Array;
  /** Class numbers from 0, [size]. */
  labels: Labels;
  size: number;
  /** The files that they were read from, where they were; [size]. */
  pictures?: readonly PictureFile[];
  /** Where they are, if they are too many for memory. */
  stored?: HashedImages;
  /** Of each image, where they were computed as it was read; [size]. See `imageDigest`. */
  digests?: readonly string[];
}

export type PartName = 'train' | 'val' | 'test';

/** An image of a dataset. */
export interface Place {
  part: PartName;
  /** From 0. */
  row: number;
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
  /** How a person's picture becomes such an image, where its kind leaves that to the configuration. */
  preparation?: Preparation;
  /** The test part was taken off the training images at random, since there was none. */
  isTestDrawn?: boolean;
  /** Where it came from: an address, a folder or a package. */
  source: string;
  /** What a reader of the results should know, as that a file differs from the official one. Mostly empty. */
  notes: readonly string[];
}

/** SHA-256 of an image's bytes: 32 hexadecimal digits. */
export const digestOfPixels = (pixels: Uint8Array): string =>
  createHash('sha256').update(pixels).digest('hex').slice(0, 32);

/** `digestOfPixels` of an image of a split, wherever it has it. */
export function imageDigest({ images, size, stored, digests }: Split, row: number): string {
  if (stored) return stored.hashes[stored.rows[row]!]!;
  const length = images.length / size;
  return digests?.[row] ?? digestOfPixels(images.subarray(row * length, (row + 1) * length));
}

/** Fingerprint of a split's images, or of their checksums, and labels in their order: 36 hexadecimal digits, the most that MLflow keeps. */
export function splitDigest({ images, labels, stored }: Split): string {
  const hash = createHash('sha256').update(images);
  for (const row of stored?.rows ?? []) hash.update(stored!.hashes[row]!);
  return hash.update(labels).digest('hex').slice(0, 36);
}

/** Images of each class, [numClasses]. */
export function classCounts({ labels }: Split, numClasses: number): number[] {
  const counts = Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
