import { type ImageShape, imageSize } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { augment, type Augment, imageTable, stepRandom, takeRows } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

const SAMPLE = 64;

/** Some training images after augmentation, for a figure; uint8 [n, h, w, c]. */
export function augmentedSample(
  { train, imageShape }: Dataset,
  augmentation: readonly Augment[],
  seed: number,
): { pixels: Uint8Array; imageShape: ImageShape } {
  const size = Math.min(SAMPLE, train.size);
  const length = imageSize(imageShape);
  const sample = { images: new Uint8Array(size * length), labels: new Uint8Array(size), size };
  for (let k = 0; k < size; k++) {
    // From all over the split, which may be sorted by class.
    const row = Math.floor((k * train.size) / size);
    sample.images.set(train.images.subarray(row * length, (row + 1) * length), k * length);
  }
  const pixels = tf.tidy(() => {
    const { images } = takeRows(imageTable(sample, imageShape), tf.range(0, size, 1, 'int32'));
    const augmented = augment(images, augmentation, stepRandom(tf.tensor1d([seed, 1], 'int32')));
    return Uint8Array.from(tf.round(tf.clipByValue(augmented, 0, 255)).dataSync());
  });
  return { pixels, imageShape };
}
