import * as tf from '@tensorflow/tfjs';

/** Gradients scaled so that their joint L2 norm is at most `maxNorm` (Pascanu et al. 2013, Algorithm 1). */
export function clipByGlobalNorm(gradients: tf.Tensor[], maxNorm: number): tf.Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
  const factor = tf.div(maxNorm, tf.maximum(norm, maxNorm));
  return gradients.map((g) => tf.mul(g, factor));
}
