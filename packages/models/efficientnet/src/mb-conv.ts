import * as tf from '@tensorflow/tfjs';
import { apply, batchNorm, convolution, type Features, swish } from './layers.ts';

export interface MbConvOptions {
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
export function mbConv(x: Features, { filters, expansion, kernelSize, strides }: MbConvOptions): Features {
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
