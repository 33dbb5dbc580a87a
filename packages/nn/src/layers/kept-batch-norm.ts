import { addToChannels, isNative } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';

type Call = tf.layers.Layer['call'];

let keeping: ReadonlySet<tf.layers.Layer> = new Set();

/**
 * In `run`, these batch norms normalise by their moving statistics also in training, and leave them as they are: what a network has
 * learnt of a large dataset is not lost for a few batches of a small one.
 */
export function withKeptStatistics<T>(layers: ReadonlySet<tf.layers.Layer>, run: () => T): T {
  const before = keeping;
  keeping = layers;
  try {
    return run();
  } finally {
    keeping = before;
  }
}

export const keepsStatistics = (layer: tf.layers.Layer): boolean => keeping.has(layer);

/** A convolution without bias and activation: with other kernels of the same shape, by linearity. */
interface Convolved {
  kernel: tf.Tensor4D;
  /** Axis of the kernel's output channels: the last, or of a depthwise kernel [h, w, channels, 1] the one before. */
  isDepthwise: boolean;
  with(kernel: tf.Tensor4D): tf.Tensor4D;
}

/** Results of convolutions, in a step that keeps statistics. */
const made = new WeakMap<tf.Tensor, Convolved>();

/** What a convolution keeps to itself in tfjs-layers. */
interface Convolution extends tf.layers.Layer {
  kernel: { read(): tf.Tensor4D };
  depthwiseKernel: { read(): tf.Tensor4D };
  strides: [number, number];
  dilationRate: [number, number];
  padding: string;
  dataFormat: string;
  depthMultiplier: number;
  useBias: boolean;
}

/**
 * Lets a batch norm that keeps its statistics scale the kernel of the convolution before it in place of its result. The convolution is
 * computed all the same: in a graph, where nothing reads it, it is left out.
 */
export function foldableConvolution(layer: tf.layers.Layer, slow: Call): Call {
  const { useBias, dataFormat, padding, strides, depthMultiplier, dilationRate } = layer as Convolution;
  const isDepthwise = layer.getClassName() === 'DepthwiseConv2D';
  const isPlain =
    !useBias &&
    dataFormat === 'channelsLast' &&
    (padding === 'same' || padding === 'valid') &&
    (!isDepthwise || depthMultiplier === 1) &&
    dilationRate.every((rate) => rate === 1) &&
    (layer.getConfig()['activation'] ?? 'linear') === 'linear';
  if (!isPlain) return slow;
  return (inputs, kwargs) => {
    const y = slow.call(layer, inputs, kwargs) as tf.Tensor;
    if (keeping.size === 0 || !kwargs['training'] || !isNative()) return y;
    const x = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor4D;
    const kernel = (isDepthwise ? (layer as Convolution).depthwiseKernel : (layer as Convolution).kernel).read();
    const convolve = isDepthwise ? tf.depthwiseConv2d : tf.conv2d;
    made.set(y, { kernel, isDepthwise, with: (kernel) => convolve(x, kernel, strides, padding) });
    return y;
  };
}

interface Statistics {
  /** All float32 [channels]. */
  gamma: tf.Tensor;
  beta: tf.Tensor;
  movingMean: tf.Tensor;
  movingVariance: tf.Tensor;
  epsilon: number;
}

/** {@link addToChannels} with a gradient, on any backend. */
function addOffset(x: tf.Tensor, values: tf.Tensor): tf.Tensor {
  if (!isNative()) return tf.add(x, values);
  const add = tf.customGrad((...args) => {
    const [x, values] = args as unknown as [tf.Tensor, tf.Tensor];
    return {
      value: addToChannels(x, values),
      gradFunc: (dy) => [dy as tf.Tensor, tf.sum(dy as tf.Tensor, [0, 1, 2])],
    };
  });
  return add(x, values);
}

/**
 * γ(x − μ)/√(σ² + ε) + β with the moving μ and σ². Behind a convolution the kernel takes the factor: then nothing passes over the maps
 * but the sum, which TensorFlow makes part of the convolution, and the gradient of γ comes out of the kernel's.
 *
 * @param x [n, h, w, channels]
 */
export function keptBatchNorm(
  x: tf.Tensor,
  { gamma, beta, movingMean, movingVariance, epsilon }: Statistics,
): tf.Tensor {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(movingVariance, epsilon)));
  const offset = tf.sub(beta, tf.mul(scale, movingMean));
  const convolved = made.get(x);
  if (!convolved) return addOffset(tf.mul(x, scale), offset);
  const factor = convolved.isDepthwise ? tf.expandDims(scale, 1) : scale;
  return addOffset(convolved.with(tf.mul(convolved.kernel, factor) as tf.Tensor4D), offset);
}
