import * as tf from '@tensorflow/tfjs';

/** Maps [n, h, w, channels], or features [n, channels]. */
export type Features = tf.SymbolicTensor;

export const apply = (layer: tf.layers.Layer, ...inputs: Features[]): Features =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Features;

/** Without bias: batch norm follows. */
export const convolution = (x: Features, filters: number, kernelSize: number): Features =>
  apply(tf.layers.conv2d({ filters, kernelSize, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }), x);

export const batchNorm = (x: Features): Features => apply(tf.layers.batchNormalization({ momentum: 0.9 }), x);

/** x · sigmoid(x) (Ramachandran et al. 2017, "Searching for Activation Functions"). */
export const swish = (x: Features): Features => apply(tf.layers.activation({ activation: 'swish' }), x);
