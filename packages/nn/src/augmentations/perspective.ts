import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { chance, type Fill, project } from './transform.ts';

export interface PerspectiveOptions {
  /** How far a corner may move towards the middle, as a fraction of half the image, 0–1. */
  distortion: number;
  /** Share of the images that are distorted, 0–1. */
  probability: number;
  fill?: Fill | undefined;
}

/**
 * Shows images as if seen from aside: each corner moves inwards at random (torchvision's RandomPerspective). The map of a square to a
 * quadrilateral is Heckbert's ("Fundamentals of Texture Mapping and Image Warping", 1989, §2.2.3); its inverse is the adjugate.
 * @param images float32 [n, h, w, c]
 */
export function perspective(
  images: tf.Tensor4D,
  { distortion, probability, fill }: PerspectiveOptions,
  random: StepRandom,
): tf.Tensor4D {
  const [n, height, width] = images.shape;
  const hit = chance(random, n, probability);
  const inwards = (): tf.Tensor => tf.mul(tf.mul(random.uniform([n]), distortion / 2), hit);
  // Corners in units of the image, clockwise from the top left: 0 is its first pixel, 1 its last.
  const near = (): tf.Tensor => inwards();
  const far = (): tf.Tensor => tf.sub(1, inwards());
  const [x0, y0, x1, y1, x2, y2, x3, y3] = [near(), near(), far(), near(), far(), far(), near(), far()];

  const sum = (a: tf.Tensor, minus: tf.Tensor, plus: tf.Tensor, last: tf.Tensor): tf.Tensor =>
    tf.sub(tf.add(tf.sub(a, minus), plus), last);
  const [sx, sy] = [sum(x0, x1, x2, x3), sum(y0, y1, y2, y3)];
  const [dx1, dx2, dy1, dy2] = [tf.sub(x1, x2), tf.sub(x3, x2), tf.sub(y1, y2), tf.sub(y3, y2)];
  const cross = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor, d: tf.Tensor): tf.Tensor => tf.sub(tf.mul(a, b), tf.mul(c, d)); // prettier-ignore
  const area = cross(dx1, dy2, dx2, dy1);
  const g = tf.div(cross(sx, dy2, dx2, sy), area);
  const h = tf.div(cross(dx1, sy, sx, dy1), area);
  const one = tf.ones([n]);
  const [a, b, c] = [tf.add(tf.sub(x1, x0), tf.mul(g, x1)), tf.add(tf.sub(x3, x0), tf.mul(h, x3)), x0];
  const [d, e, f] = [tf.add(tf.sub(y1, y0), tf.mul(g, y1)), tf.add(tf.sub(y3, y0), tf.mul(h, y3)), y0];
  // The quadrilateral in the output is the whole image: from output to input is the inverse, up to a factor that makes i 1.
  const i = cross(a, e, b, d);
  const over = (value: tf.Tensor, factor = 1): tf.Tensor => tf.mul(tf.div(value, i), factor);
  const [w1, h1] = [Math.max(width - 1, 1), Math.max(height - 1, 1)];
  const row = (values: tf.Tensor[], size: number): tf.Tensor[] => [
    over(values[0]!, size / w1),
    over(values[1]!, size / h1),
    over(values[2]!, size),
  ];
  const [a0, a1, a2] = row([cross(e, one, f, h), cross(c, h, b, one), cross(b, f, c, e)], w1);
  const [b0, b1, b2] = row([cross(f, g, d, one), cross(a, one, c, g), cross(c, d, a, f)], h1);
  const c0 = over(cross(d, h, e, g), 1 / w1);
  const c1 = over(cross(b, g, a, h), 1 / h1);
  return project(images, [a0!, a1!, a2!, b0!, b1!, b2!, c0, c1], fill);
}
