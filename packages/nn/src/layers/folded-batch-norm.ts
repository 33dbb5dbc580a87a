import { addToChannels, isNative } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';
import { markFoldable } from './relu-before-pooling.ts';

type Call = tf.layers.Layer['call'];

interface LayerVariable {
  read(): tf.Tensor;
}

/** What these layers keep to themselves in tfjs-layers. */
interface Linear extends tf.layers.Layer {
  kernel: LayerVariable;
  depthwiseKernel: LayerVariable;
  bias: LayerVariable | null;
  strides: [number, number];
  dilationRate: [number, number];
  padding: 'valid' | 'same';
  dataFormat: string;
  depthMultiplier: number;
}
interface BatchNormalization extends tf.layers.Layer {
  axis: number;
  epsilon: number;
  gamma: LayerVariable | null;
  beta: LayerVariable | null;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
}

let folding = false;

/**
 * In `run`, where a model only predicts, batch norms behind convolutions and dense layers become part of these: the kernel takes the
 * factor, and what is left is the sum of a bias, into which a ReLU goes. Native backend only; elsewhere nothing changes. It has no gradient.
 */
export function withFoldedBatchNorms<T>(run: () => T): T {
  const before = folding;
  folding = isNative();
  try {
    return run();
  } finally {
    folding = before;
  }
}

/** Results that are normalised already, with the batch norm that they belong to. */
const normalised = new WeakMap<tf.Tensor, tf.layers.Layer>();

/** A batch norm that passes on what the layer before has normalised in its stead. */
export function skipFolded(layer: tf.layers.Layer, call: Call): Call {
  return (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return normalised.get(x) === layer ? tf.clone(x) : call.call(layer, inputs, kwargs);
  };
}

/**
 * A convolution or dense layer that takes in the batch norm behind it, if that alone reads its result.
 *
 * @param isOutput whether the model gives the layer's result away
 */
export function takeInBatchNorm(layer: tf.layers.Layer, call: Call, isOutput: boolean): Call {
  const norm = isOutput ? undefined : onlyBatchNormBehind(layer);
  if (!norm || !isLinear(layer as Linear)) return call;
  return (inputs, kwargs) => {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const isDense = layer.getClassName() === 'Dense';
    if (!folding || kwargs['training'] || x.rank !== (isDense ? 2 : 4)) return call.call(layer, inputs, kwargs);
    return tf.tidy(() => {
      const { factor, offset } = folded(norm, (layer as Linear).bias?.read());
      const y = addToChannels(applyWith(layer as Linear, x, factor), offset);
      normalised.set(y, norm);
      markFoldable(y);
      return y;
    });
  };
}

function onlyBatchNormBehind({ outboundNodes, inboundNodes }: tf.layers.Layer): BatchNormalization | undefined {
  const behind = outboundNodes[0]?.outboundLayer;
  if (inboundNodes.length !== 1 || outboundNodes.length !== 1 || behind?.getClassName() !== 'BatchNormalization')
    return;
  const norm = behind as BatchNormalization;
  const isLast = norm.axis === -1 || norm.axis === (norm.inboundNodes[0]!.inputShapes[0] as tf.Shape).length - 1;
  return isLast ? norm : undefined;
}

/** Whether scaling the kernel scales the result. */
function isLinear(layer: Linear): boolean {
  if ((layer.getConfig()['activation'] ?? 'linear') !== 'linear') return false;
  if (layer.getClassName() === 'Dense') return true;
  const isDepthwise = layer.getClassName() === 'DepthwiseConv2D';
  return layer.dataFormat === 'channelsLast' && (!isDepthwise || layer.depthMultiplier === 1);
}

/** γ(x − μ)/√(σ² + ε) + β of x + bias, as factor · x + offset; both [channels]. */
function folded(norm: BatchNormalization, bias: tf.Tensor | undefined): { factor: tf.Tensor; offset: tf.Tensor } {
  const inverse = tf.rsqrt(tf.add(norm.movingVariance.read(), norm.epsilon));
  const factor = norm.gamma ? tf.mul(norm.gamma.read(), inverse) : inverse;
  const mean = norm.movingMean.read();
  const shift = tf.mul(factor, bias ? tf.sub(bias, mean) : tf.neg(mean));
  return { factor, offset: norm.beta ? tf.add(norm.beta.read(), shift) : shift };
}

/** What the layer gives without its bias, each channel times its factor. */
function applyWith(layer: Linear, x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  const { strides, padding, dilationRate } = layer;
  const images = x as tf.Tensor4D;
  switch (layer.getClassName()) {
    case 'Dense':
      return tf.matMul(x as tf.Tensor2D, tf.mul(layer.kernel.read(), factor));
    case 'DepthwiseConv2D': {
      // [h, w, channels, 1]
      const kernel = tf.mul(layer.depthwiseKernel.read(), tf.expandDims(factor, 1)) as tf.Tensor4D;
      return tf.depthwiseConv2d(images, kernel, strides, padding, 'NHWC', dilationRate);
    }
    default: {
      const kernel = tf.mul(layer.kernel.read(), factor) as tf.Tensor4D;
      return tf.conv2d(images, kernel, strides, padding, 'NHWC', dilationRate);
    }
  }
}
