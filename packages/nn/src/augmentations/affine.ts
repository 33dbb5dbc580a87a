import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { type Fill, project, spread } from './transform.ts';

/** Ranges of a random affine map, each drawn evenly from minus to plus its value. */
export interface AffineOptions {
  /** Degrees. */
  rotation: number;
  /** Fraction: 0.1 draws factors from 0.9 to 1.1, for height and width on their own. */
  scale: number;
  /** Degrees. */
  shear: number;
  /** Pixels, in each direction on its own. */
  translate: number;
  fill?: Fill | undefined;
}

/**
 * Turns, scales, slants and shifts each image at random about its centre; bilinear.
 * @param images float32 [n, h, w, c]
 */
export function affine(images: tf.Tensor4D, options: AffineOptions, random: StepRandom): tf.Tensor4D {
  const [n, height, width] = images.shape;
  const radians = Math.PI / 180;
  const angle = spread(random, n, options.rotation * radians);
  const slant = tf.tan(spread(random, n, options.shear * radians));
  const [sx, sy] = [tf.add(1, spread(random, n, options.scale)), tf.add(1, spread(random, n, options.scale))];
  const [tx, ty] = [spread(random, n, options.translate), spread(random, n, options.translate)];
  const [cos, sin] = [tf.cos(angle), tf.sin(angle)];
  // From output to input, x = a0·x' + a1·y' + a2: rotation × slant × scale. Being random and even, it needs no inverting.
  const a0 = tf.mul(sx, cos);
  const a1 = tf.mul(sy, tf.sub(tf.mul(cos, slant), sin));
  const b0 = tf.mul(sx, sin);
  const b1 = tf.mul(sy, tf.add(tf.mul(sin, slant), cos));
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const a2 = tf.add(tx, tf.sub(cx, tf.add(tf.mul(a0, cx), tf.mul(a1, cy))));
  const b2 = tf.add(ty, tf.sub(cy, tf.add(tf.mul(b0, cx), tf.mul(b1, cy))));
  const zero = tf.zeros([n]);
  return project(images, [a0, a1, a2, b0, b1, b2, zero, zero], options.fill);
}
