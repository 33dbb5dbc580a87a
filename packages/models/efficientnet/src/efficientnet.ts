import type { BuildModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { apply, batchNorm, convolution, swish } from './layers.ts';
import { mbConv } from './mb-conv.ts';
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
