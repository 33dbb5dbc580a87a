import { InputError } from '@glyphlab/core';
import type { BuildModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { options } from './options.ts';

/** Maps [n, h, w, channels], or features [n, channels]. */
type Features = tf.SymbolicTensor;

const STEM_FILTERS = 32;
const HEAD_FILTERS = 1280;
/** Below, the last maps are a single place. */
const MIN_SIDE = 64;

/** Of EfficientNet-B0 (Tan, Le 2019, Table 1), which Lite0 keeps. */
const STAGES = [
  { filters: 16, blocks: 1, expansion: 1, kernelSize: 3, strides: 1 },
  { filters: 24, blocks: 2, expansion: 6, kernelSize: 3, strides: 2 },
  { filters: 40, blocks: 2, expansion: 6, kernelSize: 5, strides: 2 },
  { filters: 80, blocks: 3, expansion: 6, kernelSize: 3, strides: 2 },
  { filters: 112, blocks: 3, expansion: 6, kernelSize: 5, strides: 1 },
  { filters: 192, blocks: 4, expansion: 6, kernelSize: 5, strides: 2 },
  { filters: 320, blocks: 1, expansion: 6, kernelSize: 3, strides: 1 },
] as const;

const apply = (layer: tf.layers.Layer, ...inputs: Features[]): Features =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Features;

/** The authors keep 99 % of the moving statistics at a step; 90 % follow within the few steps of a small dataset. */
const batchNorm = (x: Features, name: string): Features =>
  apply(tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-3, name }), x);

/** min(max(x, 0), 6) (Krizhevsky 2010), which Lite has in place of swish. */
const relu6 = (x: Features, name: string): Features => apply(tf.layers.reLU({ maxValue: 6, name }), x);

/** Without bias: batch norm follows. */
function convolution(x: Features, filters: number, kernelSize: number, strides: number, name: string): Features {
  const options = { filters, kernelSize, strides, padding: 'same', useBias: false } as const;
  return apply(tf.layers.conv2d({ ...options, kernelInitializer: 'heNormal', name }), x);
}

/**
 * Mobile inverted bottleneck (Sandler et al. 2018, "MobileNetV2", Fig. 4): widen, filter each channel by itself, narrow; the input is
 * added where the shape stays the same.
 */
function block(
  x: Features,
  name: string,
  {
    filters,
    expansion,
    kernelSize,
    strides,
  }: { filters: number; expansion: number; kernelSize: number; strides: number },
): Features {
  const channels = x.shape.at(-1)!;
  let wide = x;
  if (expansion > 1) {
    const expanded = convolution(x, channels * expansion, 1, 1, `${name}_expand`);
    wide = relu6(batchNorm(expanded, `${name}_expand_bn`), `${name}_expand_relu`);
  }
  const depthwise = tf.layers.depthwiseConv2d({
    kernelSize,
    strides,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: 'heNormal',
    name: `${name}_depthwise`,
  });
  const filtered = relu6(batchNorm(apply(depthwise, wide), `${name}_depthwise_bn`), `${name}_depthwise_relu`);
  const narrow = batchNorm(convolution(filtered, filters, 1, 1, `${name}_project`), `${name}_project_bn`);
  return strides === 1 && channels === filters ? apply(tf.layers.add({ name: `${name}_add` }), x, narrow) : narrow;
}

/**
 * EfficientNet-Lite0 (Google 2020, a variant of Tan, Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
 * Networks"): B0 without squeeze and excitation, ReLU6 for swish. 3.4 million weights without the last layer.
 *
 * Images come as pixels / 127.5 − 1, the authors' own (p − 127) / 128 but for less than a hundredth. Layers are called `stem`, `block0`
 * to `block15` with `_expand`, `_depthwise`, `_project`, then `head`, `features` and `logits`.
 *
 * @throws InputError MODEL_IMAGES_TOO_SMALL below 64 pixels
 */
export const buildEfficientnetLite: BuildModel<typeof options> = ({ dropout }, { imageShape, numClasses }) => {
  const [height, width, channels] = imageShape;
  if (Math.min(height, width) < MIN_SIDE) {
    throw new InputError(
      'MODEL_IMAGES_TOO_SMALL',
      `efficientnet-lite takes images of ${MIN_SIDE} × ${MIN_SIDE} pixels or more; these have ${height} × ${width}.`,
      {
        where: 'model.type',
        hint: `Scale pictures up with dataset.size: ${MIN_SIDE}, or take cnn, resnet or efficientnet.`,
      },
    );
  }
  const images = tf.input({ shape: [...imageShape] });
  let x: Features =
    channels === 1 ? apply(tf.layers.concatenate({ name: 'grey_to_rgb' }), images, images, images) : images;
  x = relu6(batchNorm(convolution(x, STEM_FILTERS, 3, 2, 'stem'), 'stem_bn'), 'stem_relu');
  let count = 0;
  for (const { blocks, strides, ...stage } of STAGES) {
    for (let k = 0; k < blocks; k++) x = block(x, `block${count++}`, { ...stage, strides: k === 0 ? strides : 1 });
  }
  x = relu6(batchNorm(convolution(x, HEAD_FILTERS, 1, 1, 'head'), 'head_bn'), 'head_relu');
  const features = apply(tf.layers.globalAveragePooling2d({ name: 'features' }), x);
  const kept = apply(tf.layers.dropout({ rate: dropout, name: 'dropout' }), features);
  const logits = apply(tf.layers.dense({ units: numClasses, name: 'logits' }), kept);
  return tf.model({ inputs: images, outputs: logits });
};
