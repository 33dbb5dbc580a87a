import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { chance } from './transform.ts';

export interface FlipOptions {
  /** Share of the images whose left becomes right, 0–1. */
  horizontal: number;
  /** Share of the images that are stood on their head, 0–1. */
  vertical: number;
}

/**
 * Mirrors images at random, each way on its own (Krizhevsky et al. 2012, §4.1).
 * @param images float32 [n, h, w, c]
 */
export function flip(images: tf.Tensor4D, { horizontal, vertical }: FlipOptions, random: StepRandom): tf.Tensor4D {
  const along = (x: tf.Tensor4D, axis: 1 | 2, probability: number): tf.Tensor4D => {
    if (probability === 0) return x;
    const hit = tf.reshape(chance(random, x.shape[0], probability), [-1, 1, 1, 1]);
    // Exact: one of the two is times 0.
    return tf.add(tf.mul(tf.reverse(x, axis), hit), tf.mul(x, tf.sub(1, hit)));
  };
  return along(along(images, 2, horizontal), 1, vertical);
}
