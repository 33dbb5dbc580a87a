import { FLOAT, isNative, nativeOp } from '@glyphlab/graph/native-op';
import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';

/** What comes in from outside an image: black, as the ground of handwriting data, or the colours of its edge. Default black. */
export type Fill = 'black' | 'edge';

/** Evenly from [-range, range], one for each image. */
export const spread = (random: StepRandom, n: number, range: number): tf.Tensor =>
  range === 0 ? tf.zeros([n]) : tf.mul(tf.sub(random.uniform([n]), 0.5), 2 * range);

/** Evenly from [from, to], one for each image. */
export const between = (random: StepRandom, n: number, from: number, to: number): tf.Tensor =>
  from === to ? tf.fill([n], from) : tf.add(tf.mul(random.uniform([n]), to - from), from);

/** For each image 1 with this probability, else 0; float32 [n]. */
export const chance = (random: StepRandom, n: number, probability: number): tf.Tensor =>
  probability === 1 ? tf.ones([n]) : tf.cast(tf.less(random.uniform([n]), probability), 'float32');

/** The eight numbers of TensorFlow's projective transform for each image: from output to input positions, in pixels. */
export type Projection = readonly [a0: tf.Tensor, a1: tf.Tensor, a2: tf.Tensor, b0: tf.Tensor, b1: tf.Tensor, b2: tf.Tensor, c0: tf.Tensor, c1: tf.Tensor]; // prettier-ignore

/**
 * Moves the pixels of each image; bilinear.
 * @param images float32 [n, h, w, c]
 * @param projection x = (a0·x' + a1·y' + a2) / k and y = (b0·x' + b1·y' + b2) / k, k = c0·x' + c1·y' + 1, each [n]
 */
export function project(images: tf.Tensor4D, projection: Projection, fill: Fill = 'black'): tf.Tensor4D {
  const [, height, width] = images.shape;
  const transforms = tf.stack([...projection], 1) as tf.Tensor2D;
  const mode = fill === 'edge' ? 'nearest' : 'constant';
  if (!isNative()) return tf.image.transform(images, transforms, 'bilinear', mode, 0);
  const attrs = { type: { dtype: FLOAT }, string: { interpolation: 'BILINEAR', fill_mode: mode.toUpperCase() } };
  const size = tf.tensor1d([height, width], 'int32');
  return nativeOp('ImageProjectiveTransformV3', attrs, images, transforms, size, tf.scalar(0)) as tf.Tensor4D;
}
