import { DataError } from '@glyphlab/core';
import type { Dataset, Split } from '../dataset.ts';
import { holdOut } from '../splits/hold-out.ts';
import { noiseNotes, withLabelNoise } from '../splits/label-noise.ts';
import { createRandom } from '../splits/random.ts';
import { limitSplit, longTailed } from '../splits/stratify.ts';
import { parseImages, parseLabels, unpack } from './idx.ts';
import { obtainFiles, type Obtained, type ObtainOptions } from './obtain.ts';
import type { IdxOptions } from './options.ts';
import type { OfficialDataset } from './published.ts';

interface OfficialSplit extends Split {
  height: number;
  width: number;
}

/** Images and labels of the training or the test files. */
async function readPart(
  dataset: OfficialDataset,
  { files, paths }: Obtained,
  part: 'train' | 'test',
): Promise<OfficialSplit> {
  const [imagesRole, labelsRole] = [`${part}Images`, `${part}Labels`] as const;
  const [imagesFile, labelsFile] = [paths[imagesRole], paths[labelsRole]];
  const [imageData, labelData] = await Promise.all([
    unpack(files[imagesRole], imagesFile),
    unpack(files[labelsRole], labelsFile),
  ]);
  const { pixels, count, height, width } = parseImages(imageData, imagesFile);
  const labels = parseLabels(labelData, labelsFile, dataset.classNames.length);
  if (labels.length !== count) {
    throw new DataError(
      'DATA_LABELS_MISMATCH',
      `There are ${labels.length} labels for the ${count} images of ${imagesFile}.`,
      {
        where: labelsFile,
      },
    );
  }
  if (!dataset.transposed) return { images: pixels, labels, size: count, height, width };
  return { images: transposeImages(pixels, height, width), labels, size: count, height: width, width: height };
}

/** Loads a dataset from its four official files, with a validation part taken off the training images. */
export async function loadIdxDataset(
  official: OfficialDataset,
  { valFraction, perClass, imbalance, labelNoise, limit }: IdxOptions,
  { seed, ...context }: ObtainOptions & { seed: number },
): Promise<Dataset> {
  const obtained = await obtainFiles(official, context);
  const [all, test] = await Promise.all([readPart(official, obtained, 'train'), readPart(official, obtained, 'test')]);
  const shape = ({ height, width }: OfficialSplit) => `${height} × ${width}`;
  if (shape(all) !== shape(test)) {
    throw new DataError(
      'DATA_SHAPE_MISMATCH',
      `Training images have ${shape(all)} pixels, test images ${shape(test)}.`,
      {
        where: obtained.directory,
      },
    );
  }
  const least = Math.max(1, Math.round(all.size * valFraction));
  if (least >= all.size) {
    throw new DataError(
      'DATA_TOO_FEW',
      `${all.size} training images leave none to train on after ${least} for validation.`,
      {
        where: obtained.directory,
      },
    );
  }
  const { train, val } = holdOut(
    { train: all, test },
    {
      valFraction,
      testFraction: 0,
      perClass,
      seed,
      classNames: official.classNames,
      source: obtained.directory,
    },
  );
  const limited = (split: Split): Split => limitSplit(split, limit ?? Infinity);
  const random = createRandom(seed);
  const noisy = (split: Split): Split => withLabelNoise(split, labelNoise, official.classNames.length, random);
  const { differing, directory } = obtained;
  return {
    type: official.type,
    name: official.name,
    classNames: official.classNames,
    imageShape: [all.height, all.width, 1],
    train: noisy(limited(longTailed(train, imbalance))),
    val: noisy(limited(val)),
    test: limited({ images: test.images, labels: test.labels, size: test.size }),
    source: directory,
    notes: [
      ...(differing.length > 0
        ? [`Not the official files of ${official.name}: ${differing.join(', ')} in ${directory} differ.`]
        : []),
      ...noiseNotes(labelNoise),
    ],
  };
}

/**
 * Swaps rows and columns of every image.
 *
 * @param pixels [count, height, width]
 * @returns [count, width, height]
 */
function transposeImages(pixels: Uint8Array, height: number, width: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  const size = height * width;
  for (let start = 0; start < pixels.length; start += size) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[start + x * height + y] = pixels[start + y * width + x]!;
    }
  }
  return turned;
}
