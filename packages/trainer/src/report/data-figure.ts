import { imageSize } from '@glyphlab/core';
import { classCounts, type Dataset, exampleImages } from '@glyphlab/data';
import { drawableNames, drawImageGrid } from '@glyphlab/evaluation';

/** More classes make a figure that no viewer shows. */
const MOST_CLASSES = 95;

/** The mean training image, and one of each class with the number of its images in each part. */
export function drawData(dataset: Dataset): Promise<Uint8Array> {
  const { imageShape, classNames, train, val, test } = dataset;
  const { mean, samples } = exampleImages(dataset);
  const names = drawableNames(classNames);
  const counts = [train, val, test].map((split) => classCounts(split, classNames.length));
  const shown = samples.slice(0, MOST_CLASSES);
  const none = new Uint8Array(imageSize(imageShape));
  const count = (n: number): string => n.toLocaleString('en');
  return drawImageGrid(
    { pixels: Buffer.concat([mean, ...shown.map((sample) => sample ?? none)]), imageShape },
    {
      title: dataset.name,
      subtitle:
        `${count(train.size)} train, ${count(val.size)} validation, ${count(test.size)} test images` +
        (samples.length > shown.length ? `; the first ${shown.length} of ${samples.length} classes` : ''),
      captions: [
        'mean\nof training',
        ...shown.map((_, k) => `${names[k]}\n${counts.map((of) => count(of[k]!)).join(' / ')}`),
      ],
    },
  );
}

/** Images of each class in each part, as MLflow shows tables. */
export const dataTable = ({ classNames, ...parts }: Dataset) => ({
  columns: ['class', 'train', 'val', 'test'],
  data: classNames.map((name, k) => [
    name,
    ...(['train', 'val', 'test'] as const).map((part) => classCounts(parts[part], classNames.length)[k]!),
  ]),
});
