import * as tf from '@tensorflow/tfjs';

/** Variables of zeros, one of each weight's shape: momenta, squares and the like. */
export const slotsFor = (weights: readonly tf.Variable[]): tf.Variable[] =>
  weights.map((weight) => tf.tidy(() => tf.variable(tf.zeros(weight.shape), false)));

/** Biases and batch-norm scales are not decayed (He et al. 2019, "Bag of Tricks", §3.1): only kernels are. */
export const isKernel = (weight: tf.Tensor): boolean => weight.rank >= 2;
