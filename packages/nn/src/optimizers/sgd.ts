import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from './optimizer.ts';
import { isKernel, slotsFor } from './slots.ts';

export interface SgdOptions {
  /** 0–1. */
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
}

/**
 * SGD with momentum (Sutskever et al. 2013; the velocity does not hold the learning rate, as in TensorFlow's ApplyMomentum and in
 * PyTorch): v ← μv + g, w ← w − lr·v, or w ← w − lr·(g + μv) with Nesterov. Weight decay adds λw to g.
 */
export function sgd({ momentum, nesterov, weightDecay }: SgdOptions, weights: readonly tf.Variable[]): Optimizer {
  const velocities = momentum > 0 ? slotsFor(weights) : [];
  return {
    slots: velocities,
    update: (gradients, lr) =>
      weights.forEach((weight, k) => {
        let g = gradients[k]!;
        if (weightDecay > 0 && isKernel(weight)) g = tf.add(g, tf.mul(weight, weightDecay));
        const velocity = velocities[k];
        if (velocity) {
          velocity.assign(tf.add(tf.mul(velocity, momentum), g));
          g = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity;
        }
        weight.assign(tf.sub(weight, tf.mul(lr, g)));
      }),
  };
}
