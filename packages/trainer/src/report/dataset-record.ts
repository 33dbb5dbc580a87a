import { csvText, type Dataset, imageDigest, splitDigest } from '@glyphlab/data';
import { type DatasetContext, type DatasetRecord, imageDataset } from '@glyphlab/tracking';

const parts = ['train', 'val', 'test'] as const;

/** Artifact with a line for each picture that was read from a file. */
export const PICTURES_FILE = 'data/pictures.csv';

/** One part of the dataset as MLflow records it. */
export const datasetRecord = (dataset: Dataset, context: DatasetContext): DatasetRecord =>
  imageDataset({
    name: dataset.type,
    context,
    fingerprint: splitDigest(dataset[context]),
    numImages: dataset[context].size,
    imageShape: dataset.imageShape,
    numClasses: dataset.classNames.length,
    source: dataset.source,
    sourceType: 'local',
    pictures: dataset[context].pictures && PICTURES_FILE,
  });

/**
 * Every picture with its part, class, size and the SHA-256 of its image's bytes, as CSV; undefined of a dataset that was not read from
 * pictures.
 */
export function pictureList(dataset: Dataset): string | undefined {
  if (!dataset.train.pictures) return undefined;
  const rows = parts.flatMap((part) =>
    (dataset[part].pictures ?? []).map(({ name, height, width }, row) => {
      const className = dataset.classNames[dataset[part].labels[row]!]!;
      return [part, name, className, height, width, imageDigest(dataset[part], row)];
    }),
  );
  return csvText([['part', 'file', 'class', 'height', 'width', 'sha256'], ...rows]);
}
