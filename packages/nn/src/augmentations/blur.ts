import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { between, chance } from './transform.ts';

export interface BlurOptions {
  /** Share of the images that are blurred, 0–1. */
  probability: number;
  /** Least and greatest standard deviation of the Gaussian, pixels. */
  sigma: readonly [min: number, max: number];
}

/** So narrow that each pixel keeps to itself. */
const SHARP = 1e-3;

/**
 * Smoothing of a line by a Gaussian of a width of its own for each image, as matrices; weights add up to 1 at the edge as well.
 * @param sigma [n], pixels
 * @returns [n, size, size]
 */
function gaussianMatrices(size: number, sigma: tf.Tensor): tf.Tensor3D {
  const at = tf.range(0, size);
  const distance = tf.sub(tf.expandDims(at, 0), tf.expandDims(at, 1));
  const squares = tf.expandDims(tf.mul(tf.square(distance), -0.5), 0);
  const weights = tf.exp(tf.div(squares, tf.reshape(tf.square(sigma), [-1, 1, 1])));
  return tf.div(weights, tf.sum(weights, 2, true));
}

/**
 * Blurs some images with a Gaussian (Chen et al. 2020, "A Simple Framework for Contrastive Learning", appendix A). Separable: a
 * matrix for the columns, one for the rows.
 * @param images float32 [n, h, w, c]
 */
export function blur(images: tf.Tensor4D, { probability, sigma }: BlurOptions, random: StepRandom): tf.Tensor4D {
  const [n, height, width, channels] = images.shape;
  const hit = chance(random, n, probability);
  const widths = tf.add(tf.mul(between(random, n, ...sigma), hit), tf.mul(tf.sub(1, hit), SHARP));
  const lines = (x: tf.Tensor, size: number): tf.Tensor =>
    tf.matMul(gaussianMatrices(size, widths), tf.reshape(x, [n, size, -1]));
  const down = tf.reshape(lines(images, height), [n, height, width, channels]);
  const across = lines(tf.transpose(down, [0, 2, 1, 3]), width);
  return tf.transpose(tf.reshape(across, [n, width, height, channels]), [0, 2, 1, 3]) as tf.Tensor4D;
}
