import { createHash } from 'node:crypto';
import type { ImageShape } from '@glyphlab/core';
import type { DatasetContext, DatasetRecord } from '../journal/entries.ts';
import { tensorSpecsJson } from './ml-model.ts';

export interface ImageDataset {
  name: string;
  context: DatasetContext;
  /** Names the content: a checksum of the files, and how they were split. Any length. */
  fingerprint: string;
  numImages: number;
  imageShape: ImageShape;
  numClasses: number;
  /** Where it came from, as an address or a package. */
  source: string;
  sourceType: string;
  /** Artifact of the run that lists the pictures with their digests. */
  pictures?: string | undefined;
}

/** The record of labelled images, with the schema and profile that MLflow's page shows of tensors. */
export function imageDataset({
  name,
  context,
  fingerprint,
  numImages,
  imageShape,
  numClasses,
  source,
  sourceType,
  pictures,
}: ImageDataset): DatasetRecord {
  const featuresShape = [numImages, ...imageShape];
  return {
    name,
    context,
    // MLflow keeps one context for a name and digest, so the context is part of the digest.
    digest: createHash('sha256').update(`${fingerprint}\n${context}`).digest('hex').slice(0, 16),
    source: JSON.stringify({ uri: source, ...(pictures !== undefined && { pictures }) }),
    sourceType,
    schema: JSON.stringify({
      mlflow_tensorspec: {
        features: tensorSpecsJson([{ dtype: 'uint8', shape: [-1, ...imageShape] }]),
        targets: tensorSpecsJson([{ dtype: 'uint8', shape: [-1] }]),
      },
    }),
    profile: JSON.stringify({
      num_images: numImages,
      num_classes: numClasses,
      features_shape: featuresShape,
      features_size: featuresShape.reduce((product, size) => product * size, 1),
      targets_shape: [numImages],
    }),
  };
}
