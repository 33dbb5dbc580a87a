import * as tf from '@tensorflow/tfjs';

export type OptimizerOptions =
  | { type: 'sgd'; learningRate: number; momentum: number; nesterov: boolean; weightDecay: number }
  | { type: 'adam'; learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number };

/** An update rule as tfjs ops, so that it becomes part of the step's graph. */
export interface Optimizer {
  /** Its state besides the weights. */
  slots: tf.Variable[];
  /**
   * Assigns the new weights.
   * @param gradients one for each weight, in their order
   * @param lr learning rate, scalar
   * @param iteration updates up to and including this one, scalar float32 ≥ 1
   */
  update(gradients: tf.Tensor[], lr: tf.Tensor, iteration: tf.Tensor): void;
}

/** Biases and batch-norm scales are not decayed (He et al. 2019, "Bag of Tricks", §3.1): only kernels are. */
const isKernel = (weight: tf.Tensor): boolean => weight.rank >= 2;

const slot = (weight: tf.Variable): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(weight.shape), false));

/**
 * SGD with momentum (Sutskever et al. 2013; the velocity does not hold the learning rate, as in TensorFlow's ApplyMomentum and in
 * PyTorch): v ← μv + g, w ← w − lr·v, or w ← w − lr·(g + μv) with Nesterov. Weight decay adds λw to g.
 */
function sgd(
  weights: tf.Variable[],
  { momentum, nesterov, weightDecay }: OptimizerOptions & { type: 'sgd' },
): Optimizer {
  const velocities = momentum > 0 ? weights.map(slot) : [];
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

/** Adam (Kingma, Ba 2015, Algorithm 1); with weight decay AdamW (Loshchilov, Hutter 2019, Algorithm 2, decay × lr). */
function adam(weights: tf.Variable[], options: OptimizerOptions & { type: 'adam' }): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = options;
  const means = weights.map(slot);
  const squares = weights.map(slot);
  return {
    slots: [...means, ...squares],
    update: (gradients, lr, iteration) => {
      const correction = tf.div(tf.sqrt(tf.sub(1, tf.pow(beta2, iteration))), tf.sub(1, tf.pow(beta1, iteration)));
      const rate = tf.mul(lr, correction);
      weights.forEach((weight, k) => {
        const g = gradients[k]!;
        const [mean, square] = [means[k]!, squares[k]!];
        mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(g, 1 - beta1)));
        square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const change = tf.div(tf.mul(rate, mean), tf.add(tf.sqrt(square), epsilon));
        const decayed =
          weightDecay > 0 && isKernel(weight) ? tf.mul(weight, tf.sub(1, tf.mul(lr, weightDecay))) : weight;
        weight.assign(tf.sub(decayed, change));
      });
    },
  };
}

/** @param weights the trainable ones; their order is the order of the gradients */
export function createOptimizer(options: OptimizerOptions, weights: tf.Variable[]): Optimizer {
  return options.type === 'sgd' ? sgd(weights, options) : adam(weights, options);
}

/** Gradients scaled so that their joint L2 norm is at most `maxNorm` (Pascanu et al. 2013, Algorithm 1). */
export function clipByGlobalNorm(gradients: tf.Tensor[], maxNorm: number): tf.Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
  const factor = tf.div(maxNorm, tf.maximum(norm, maxNorm));
  return gradients.map((g) => tf.mul(g, factor));
}
