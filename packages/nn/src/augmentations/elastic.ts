import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import type { Fill } from './transform.ts';

export interface ElasticOptions {
  /** Strength, pixels: what the smoothed noise is multiplied by. */
  alpha: number;
  /** Width of the smoothing, pixels. */
  sigma: number;
  fill?: Fill | undefined;
}

/** Smoothing of a line of `size` pixels by a normalised Gaussian, as a matrix; what lies outside counts as 0. */
function gaussianMatrix(size: number, sigma: number): tf.Tensor2D {
  const reach = Math.ceil(4 * sigma);
  const weight = (d: number): number => (Math.abs(d) > reach ? 0 : Math.exp(-(d * d) / (2 * sigma * sigma)));
  let sum = 0;
  for (let d = -reach; d <= reach; d++) sum += weight(d);
  const rows = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => weight(i - j) / sum));
  return tf.tensor2d(rows);
}

/**
 * Elastic distortion (Simard, Steinkraus, Platt 2003, "Best Practices for Convolutional Neural Networks", §2): each pixel moves by
 * noise in [-1, 1] that is smoothed with a Gaussian of `sigma` and multiplied by `alpha`. Bilinear.
 * @param images float32 [n, h, w, c]
 */
export function elastic(images: tf.Tensor4D, { alpha, sigma, fill }: ElasticOptions, random: StepRandom): tf.Tensor4D {
  const [n, height, width] = images.shape;
  const [down, across] = [gaussianMatrix(height, sigma), gaussianMatrix(width, sigma)];
  // Both displacements at once, [2n, h, w]. The smoothing is separable: a matrix from the left, one from the right.
  const noise = tf.mul(tf.sub(random.uniform([2 * n * height, width]), 0.5), 2 * alpha);
  const rows = tf.reshape(tf.matMul(noise, across), [2 * n, height, width]);
  const field = tf.matMul(tf.tile(tf.expandDims(down, 0), [2 * n, 1, 1]), rows);
  const [dy, dx] = tf.split(field, 2);
  const y = tf.add(dy!, tf.reshape(tf.range(0, height), [1, height, 1]));
  const x = tf.add(dx!, tf.reshape(tf.range(0, width), [1, 1, width]));
  return sampleBilinear(images, y, x, fill);
}

/**
 * The image at fractional positions.
 * @param y rows [n, h, w]
 * @param x columns [n, h, w]
 */
function sampleBilinear(images: tf.Tensor4D, y: tf.Tensor, x: tf.Tensor, fill: Fill = 'black'): tf.Tensor4D {
  const [n, height, width, channels] = images.shape;
  // A border of one pixel: whatever lies outside is moved onto it.
  const [h, w] = [height + 2, width + 2];
  const border: [number, number][] = [[0, 0], [1, 1], [1, 1], [0, 0]]; // prettier-ignore
  const padded = fill === 'edge' ? tf.mirrorPad(images, border, 'symmetric') : tf.pad(images, border);
  const pixels = tf.reshape(padded, [n * h * w, channels]);
  const inside = (at: tf.Tensor, size: number): tf.Tensor => tf.clipByValue(tf.add(at, 1), 0, size + 0.999);
  const [py, px] = [inside(y, height), inside(x, width)];
  const [top, left] = [tf.floor(py), tf.floor(px)];
  const [fy, fx] = [tf.expandDims(tf.sub(py, top), -1), tf.expandDims(tf.sub(px, left), -1)];
  const first = tf.reshape(tf.mul(tf.range(0, n), h * w), [n, 1, 1]);
  const corner = tf.cast(tf.add(tf.add(tf.mul(top, w), left), first), 'int32');
  const at = (offset: number): tf.Tensor =>
    tf.gather(pixels, offset === 0 ? corner : tf.add(corner, tf.scalar(offset, 'int32')));
  const mix = (a: tf.Tensor, b: tf.Tensor, share: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(tf.sub(b, a), share));
  return mix(mix(at(0), at(1), fx), mix(at(w), at(w + 1), fx), fy) as tf.Tensor4D;
}
