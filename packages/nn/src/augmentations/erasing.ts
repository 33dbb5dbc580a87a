import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';

export interface ErasingOptions {
  /** Share of the images that get a hole, 0–1. */
  probability: number;
  /** Smallest and largest hole, as a fraction of the image. */
  area: readonly [min: number, max: number];
}

/** Sides of the hole differ by at most this factor (Zhong et al. 2017, §3.3). */
const MAX_ASPECT = 1 / 0.3;

/**
 * Random erasing (Zhong et al. 2017, Algorithm 1) of a rectangle, filled with noise in [0, 255]. A hole may reach over the border.
 * @param images float32 [n, h, w, c], 0–255
 */
export function erasing(
  images: tf.Tensor4D,
  { probability, area: [min, max] }: ErasingOptions,
  random: StepRandom,
): tf.Tensor4D {
  const [n, height, width, channels] = images.shape;
  const each = (): tf.Tensor => random.uniform([n, 1, 1, 1]);
  const area = tf.mul(tf.add(tf.mul(each(), max - min), min), height * width);
  const aspect = tf.exp(tf.mul(tf.sub(each(), 0.5), 2 * Math.log(MAX_ASPECT)));
  const [h, w] = [tf.sqrt(tf.mul(area, aspect)), tf.sqrt(tf.div(area, aspect))];
  const within = (size: number, length: tf.Tensor, axis: 1 | 2): tf.Tensor => {
    const centre = tf.mul(each(), size);
    const at = tf.reshape(tf.range(0, size), axis === 1 ? [1, size, 1, 1] : [1, 1, size, 1]);
    return tf.lessEqual(tf.abs(tf.sub(tf.add(at, 0.5), centre)), tf.div(length, 2));
  };
  const hit = tf.less(each(), probability);
  const hole = tf.logicalAnd(tf.logicalAnd(within(height, h, 1), within(width, w, 2)), hit);
  const mask = tf.cast(hole, 'float32');
  const noise = tf.mul(random.uniform([n, height, width, channels]), 255);
  return tf.add(tf.mul(images, tf.sub(1, mask)), tf.mul(noise, mask));
}
