import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';

/**
 * CutMix (Yun et al. 2019, "CutMix", §3.1): a rectangle of each image comes from its partner, and the labels are mixed as the areas
 * are. One rectangle for the whole batch, at a random place, cut off at the border; the share is that of the pixels really kept, as
 * in the authors' code.
 *
 * @param images [n, h, w, c]
 * @param partners likewise
 * @param share of the image that is to be kept, scalar 0–1; 1 leaves all as it is
 * @returns the mixed images, and the share of each image's own label, scalar 0–1
 */
export function cutMix(
  images: tf.Tensor4D,
  partners: tf.Tensor4D,
  share: tf.Tensor,
  random: StepRandom,
): { images: tf.Tensor4D; share: tf.Tensor } {
  const [, height, width] = images.shape;
  const side = tf.sqrt(tf.sub(1, share));
  const [y, x] = tf.unstack(random.uniform([2]));
  const within = (size: number, centre: tf.Tensor): tf.Tensor => {
    const half = tf.mul(side, size / 2);
    const middles = tf.add(tf.range(0, size), 0.5);
    return tf.cast(tf.less(tf.abs(tf.sub(middles, tf.mul(centre, size))), half), 'float32');
  };
  const hole = tf.mul(
    tf.reshape(within(height, y!), [1, height, 1, 1]),
    tf.reshape(within(width, x!), [1, 1, width, 1]),
  );
  const kept = tf.sub(1, hole);
  return {
    images: tf.add(tf.mul(images, kept), tf.mul(partners, hole)) as tf.Tensor4D,
    share: tf.mean(kept),
  };
}
