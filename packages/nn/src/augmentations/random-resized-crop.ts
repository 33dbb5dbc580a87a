import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { between, project } from './transform.ts';

export interface RandomResizedCropOptions {
  /** Smallest and largest part that is kept, as a fraction of the image's area. */
  area: readonly [min: number, max: number];
  /** Smallest and largest width ÷ height of the part, of the image's own. */
  aspect: readonly [min: number, max: number];
}

/**
 * Cuts a part of random size, shape and place out of each image and scales it to the whole (Szegedy et al. 2015, "Going Deeper with
 * Convolutions", §6; torchvision's RandomResizedCrop). The proportions are drawn evenly in their logarithm. A side that would be
 * longer than the image is as long as it, where torchvision draws again. Bilinear.
 * @param images float32 [n, h, w, c]
 */
export function randomResizedCrop(
  images: tf.Tensor4D,
  { area, aspect }: RandomResizedCropOptions,
  random: StepRandom,
): tf.Tensor4D {
  const [n, height, width] = images.shape;
  const kept = between(random, n, ...area);
  const shape = tf.exp(between(random, n, Math.log(aspect[0]), Math.log(aspect[1])));
  const across = tf.minimum(tf.sqrt(tf.mul(kept, shape)), 1);
  const down = tf.minimum(tf.sqrt(tf.div(kept, shape)), 1);
  // Pixel 0 of the output lies half an output pixel into the part, as pixel 0 of the image does: x + ½ = left + (x' + ½)·scale.
  const along = (scale: tf.Tensor, size: number): tf.Tensor => {
    const start = tf.mul(tf.mul(random.uniform([n]), tf.sub(1, scale)), size);
    return tf.add(start, tf.mul(tf.sub(scale, 1), 0.5));
  };
  const [left, top] = [along(across, width), along(down, height)];
  const zero = tf.zeros([n]);
  return project(images, [across, zero, left, zero, down, top, zero, zero], 'edge');
}
