import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from './optimizer.ts';
import { isKernel, slotsFor } from './slots.ts';

export interface AdamOptions {
  /** 0–1. */
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/**
 * Adam (Kingma, Ba 2015, Algorithm 1), as in PyTorch: w ← w − lr · m̂ / (√v̂ + ε). With weight decay AdamW (Loshchilov, Hutter 2019,
 * Algorithm 2, decay × lr), of kernels only.
 */
export function adam({ beta1, beta2, epsilon, weightDecay }: AdamOptions, weights: readonly tf.Variable[]): Optimizer {
  const means = slotsFor(weights);
  const squares = slotsFor(weights);
  return {
    slots: [...means, ...squares],
    update: (gradients, lr, iteration) => {
      // m̂ / (√v̂ + ε) = (c / (1 − β₁ᵗ)) · m / (√v + c · ε) with c = √(1 − β₂ᵗ): no correction of whole tensors.
      const correction = tf.sqrt(tf.sub(1, tf.pow(beta2, iteration)));
      const rate = tf.mul(lr, tf.div(correction, tf.sub(1, tf.pow(beta1, iteration))));
      const smallest = tf.mul(correction, epsilon);
      weights.forEach((weight, k) => {
        const g = gradients[k]!;
        const [mean, square] = [means[k]!, squares[k]!];
        mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(g, 1 - beta1)));
        square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const change = tf.div(tf.mul(rate, mean), tf.add(tf.sqrt(square), smallest));
        const decayed =
          weightDecay > 0 && isKernel(weight) ? tf.mul(weight, tf.sub(1, tf.mul(lr, weightDecay))) : weight;
        weight.assign(tf.sub(decayed, change));
      });
    },
  };
}
