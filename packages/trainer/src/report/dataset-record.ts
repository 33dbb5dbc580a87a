import { type Dataset, splitDigest } from '@glyphlab/data';
import { type DatasetContext, type DatasetRecord, imageDataset } from '@glyphlab/tracking';

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
  });
