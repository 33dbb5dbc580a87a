import type { BuildModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { options } from './options.ts';

const STAGES = 3;

type Features = tf.SymbolicTensor;

const apply = (layer: tf.layers.Layer, ...inputs: Features[]): Features =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Features;

/** A bias is of no use: batch norm follows, or the sum with a branch that batch norm follows. */
const convolution = (x: Features, filters: number, kernelSize: number, strides = 1): Features =>
  apply(
    tf.layers.conv2d({
      filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer: 'heNormal',
    }),
    x,
  );

const activation = (x: Features): Features =>
  apply(tf.layers.reLU(), apply(tf.layers.batchNormalization({ momentum: 0.9 }), x));

/**
 * x + branch(x), with batch norm and ReLU before each convolution of the branch. Where the shape changes, a 1×1 convolution of the
 * activated input takes the place of x.
 */
function block(x: Features, filters: number, strides: number): Features {
  const activated = activation(x);
  const shortcut = strides === 1 && x.shape.at(-1) === filters ? x : convolution(activated, filters, 1, strides);
  const inner = activation(convolution(activated, filters, 3, strides));
  return apply(tf.layers.add(), shortcut, convolution(inner, filters, 3));
}

/**
 * A residual network (He et al. 2016, "Deep Residual Learning for Image Recognition") of pre-activation blocks (He et al. 2016,
 * "Identity Mappings in Deep Residual Networks", Fig. 4e), sized for 28×28: a 3×3 convolution and 2×2 max pooling, three stages
 * of `depth` blocks each, whose maps are 14×14, 7×7 and 4×4 with `width`, 2 `width` and 4 `width` filters, global average pooling,
 * dropout, one logit a class.
 *
 * Pre-activation spares the largest maps a batch norm: the stem's comes after the pooling, in the first block. Where the last batch
 * norm of a branch ended in zeros, as is usual in deeper networks, learning began slower here.
 */
export const buildResnet: BuildModel<typeof options> = ({ depth, width, dropout }, { imageShape, numClasses }) => {
  const images = tf.input({ shape: [...imageShape] });
  let x = apply(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }), convolution(images, width, 3));
  for (let stage = 0; stage < STAGES; stage++) {
    for (let k = 0; k < depth; k++) {
      const halves = stage > 0 && k === 0;
      x = block(x, width * 2 ** stage, halves ? 2 : 1);
    }
  }
  const features = apply(tf.layers.globalAveragePooling2d({}), activation(x));
  const logits = apply(tf.layers.dense({ units: numClasses }), apply(tf.layers.dropout({ rate: dropout }), features));
  return tf.model({ inputs: images, outputs: logits });
};
