import type { BuildModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { options } from './options.ts';

const STEM_FILTERS = 16;
const HEAD_FILTERS = 256;

const STAGES = [
  { filters: 16, blocks: 1, expansion: 1, kernelSize: 3, strides: 1 },
  { filters: 32, blocks: 2, expansion: 3, kernelSize: 3, strides: 2 },
  { filters: 64, blocks: 2, expansion: 3, kernelSize: 5, strides: 2 },
] as const;

/** Nearest multiple of 8, but not below 90 % of what was asked for, as the authors' code has it. */
function scaledFilters(filters: number, width: number): number {
  const wanted = filters * width;
  const rounded = Math.max(8, Math.round(wanted / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

/**
 * EfficientNet (Tan, Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"), sized for 28×28: the
 * first three stages of its baseline (Table 1), with maps of 14×14, 7×7 and 4×4, between a 3×3 convolution and a 1×1 one; then
 * global average pooling, dropout, one logit a class. `width` and `depth` are the paper's factors w and d (§3.3).
 *
 * Unlike the baseline: the stem pools instead of striding, as strokes are thin; blocks have more filters and widen them 3-fold
 * only, not 6-fold, for speed; no block is skipped at random in training, there being too few.
 */
export const buildEfficientnet: BuildModel<typeof options> = (
  { width, depth, dropout },
  { imageShape, numClasses },
) => {
  const images = tf.input({ shape: [...imageShape] });
  const stem = batchNorm(convolution(images, scaledFilters(STEM_FILTERS, width), 3));
  let x = swish(apply(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }), stem));
  for (const { filters, blocks, strides, ...block } of STAGES) {
    for (let k = 0; k < Math.ceil(blocks * depth); k++) {
      x = mbConv(x, { ...block, filters: scaledFilters(filters, width), strides: k === 0 ? strides : 1 });
    }
  }
  const head = swish(batchNorm(convolution(x, scaledFilters(HEAD_FILTERS, width), 1)));
  const features = apply(tf.layers.globalAveragePooling2d({}), head);
  const logits = apply(tf.layers.dense({ units: numClasses }), apply(tf.layers.dropout({ rate: dropout }), features));
  return tf.model({ inputs: images, outputs: logits });
};

interface MbConvOptions {
  filters: number;
  /** How many times as many channels the depthwise convolution has as the input. */
  expansion: number;
  kernelSize: number;
  strides: number;
}

/** Channels of the squeezed layer, as a share of the channels of the block's input. */
const SQUEEZE_RATIO = 0.25;

/** Weighs each channel by what all of the map holds (Hu et al. 2018, "Squeeze-and-Excitation Networks"). */
function squeezeAndExcite(x: Features, squeezed: number): Features {
  const channels = x.shape.at(-1)!;
  const pooled = apply(tf.layers.globalAveragePooling2d({}), x);
  const narrow = apply(
    tf.layers.dense({ units: squeezed, activation: 'swish', kernelInitializer: 'heNormal' }),
    pooled,
  );
  const gate = apply(tf.layers.dense({ units: channels, activation: 'sigmoid' }), narrow);
  return apply(tf.layers.multiply(), x, apply(tf.layers.reshape({ targetShape: [1, 1, channels] }), gate));
}

/**
 * Mobile inverted bottleneck (Sandler et al. 2018, "MobileNetV2", Fig. 4) with squeeze and excitation (Tan et al. 2019, "MnasNet",
 * Fig. 7b): widen, filter each channel by itself, weigh the channels, narrow; the input is added where the shape stays the same.
 */
function mbConv(x: Features, { filters, expansion, kernelSize, strides }: MbConvOptions): Features {
  const channels = x.shape.at(-1)!;
  const wide = expansion === 1 ? x : swish(batchNorm(convolution(x, channels * expansion, 1)));
  const depthwise = tf.layers.depthwiseConv2d({
    kernelSize,
    strides,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: 'heNormal',
  });
  const filtered = swish(batchNorm(apply(depthwise, wide)));
  const weighed = squeezeAndExcite(filtered, Math.max(1, Math.round(channels * SQUEEZE_RATIO)));
  const narrow = batchNorm(convolution(weighed, filters, 1));
  return strides === 1 && channels === filters ? apply(tf.layers.add(), x, narrow) : narrow;
}

/** Maps [n, h, w, channels], or features [n, channels]. */
type Features = tf.SymbolicTensor;

const apply = (layer: tf.layers.Layer, ...inputs: Features[]): Features =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Features;

/** Without bias: batch norm follows. */
const convolution = (x: Features, filters: number, kernelSize: number): Features =>
  apply(tf.layers.conv2d({ filters, kernelSize, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }), x);

const batchNorm = (x: Features): Features => apply(tf.layers.batchNormalization({ momentum: 0.9 }), x);

/** x · sigmoid(x) (Ramachandran et al. 2017, "Searching for Activation Functions"). */
const swish = (x: Features): Features => apply(tf.layers.activation({ activation: 'swish' }), x);
