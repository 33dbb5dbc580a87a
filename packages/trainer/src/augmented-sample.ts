import type { ExperimentConfig } from '@glyphlab/config';
import { type ImageShape, imageSize } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { augment, imageTable, stepRandom, takeRows } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

const SAMPLE = 64;

/** Some training images after augmentation, for a figure; uint8 [n, h, w, c]. */
export function augmentedSample(
  { train, imageShape }: Dataset,
  { augmentation, seed }: ExperimentConfig,
): { pixels: Uint8Array; imageShape: ImageShape } {
  const size = Math.min(SAMPLE, train.size);
  const first = {
    images: train.images.subarray(0, size * imageSize(imageShape)),
    labels: train.labels.subarray(0, size),
    size,
  };
  const pixels = tf.tidy(() => {
    const { images } = takeRows(imageTable(first, imageShape), tf.range(0, size, 1, 'int32'));
    const augmented = augment(images, augmentation, stepRandom(tf.tensor1d([seed, 1], 'int32')));
    return Uint8Array.from(tf.round(tf.clipByValue(augmented, 0, 255)).dataSync());
  });
  return { pixels, imageShape };
}
