import type { ImageShape } from '@glyphlab/core';
import { classCounts, type Dataset, type PartName, type Place } from '../dataset.ts';
import { pixelsOf } from '../splits/pixels-of.ts';
import { findLookAlikes, type LookAlike, meanImage, partNames } from './look-alikes.ts';

/** What one should know of a dataset before training on it. */
export interface DatasetReport {
  name: string;
  source: string;
  imageShape: ImageShape;
  /** Colour images of which every pixel looked at is grey. */
  isGrey: boolean;
  /** Images of each class in each part. */
  classes: { name: string; train: number; val: number; test: number }[];
  sizes: Record<PartName, number>;
  /** Heights and widths of the files, the most frequent first; undefined where images come as they are. */
  pictureSizes: { height: number; width: number; count: number }[] | undefined;
  lookAlikes: LookAlike[];
  /** Of the dataset itself: what could not be read, what was passed over. */
  notes: readonly string[];
}

export interface DatasetImages {
  /** Mean of the training images. */
  mean: Uint8Array;
  /** The first training image of each class; undefined where there is none. */
  samples: (Uint8Array | undefined)[];
}

/** Looks at every image once. */
export function inspectDataset(dataset: Dataset): DatasetReport {
  const { name, source, imageShape, classNames, notes } = dataset;
  const counts = partNames.map((part) => classCounts(dataset[part], classNames.length));
  const [train, val, test] = counts as [number[], number[], number[]];
  return {
    name,
    source,
    imageShape,
    isGrey: imageShape[2] === 3 && isGrey(dataset),
    classes: classNames.map((name, k) => ({ name, train: train[k]!, val: val[k]!, test: test[k]! })),
    sizes: { train: dataset.train.size, val: dataset.val.size, test: dataset.test.size },
    pictureSizes: pictureSizes(dataset),
    lookAlikes: findLookAlikes(dataset),
    notes,
  };
}

/** What the figure of a dataset shows. */
export function exampleImages({ train, imageShape, classNames }: Dataset): DatasetImages {
  const rows = classNames.map((_, label) => train.labels.indexOf(label));
  return {
    mean: meanImage(train, imageShape),
    samples: rows.map((row) => (row < 0 ? undefined : pixelsOf(train, [row]))),
  };
}

/** How a person finds an image: its file, where it has one, else its number in its part. */
export function nameOfImage(dataset: Pick<Dataset, PartName | 'classNames'>, { part, row }: Place): string {
  const { pictures, labels } = dataset[part];
  return `${part}: ${pictures?.[row]?.name ?? `image ${row} (${dataset.classNames[labels[row]!]})`}`;
}

function pictureSizes(dataset: Pick<Dataset, PartName>): DatasetReport['pictureSizes'] {
  const counts = new Map<string, number>();
  for (const part of partNames) {
    for (const { height, width } of dataset[part].pictures ?? []) {
      const key = `${height} ${width}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return undefined;
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, count]) => {
      const [height, width] = key.split(' ').map(Number);
      return { height: height!, width: width!, count };
    });
}

function isGrey({ train }: Dataset): boolean {
  for (let row = 0; row < Math.min(train.size, 200); row++) {
    const pixels = pixelsOf(train, [row]);
    for (let k = 0; k < pixels.length; k += 3) {
      if (pixels[k] !== pixels[k + 1] || pixels[k] !== pixels[k + 2]) return false;
    }
  }
  return true;
}
