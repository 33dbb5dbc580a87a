import { isNative } from '@glyphlab/graph/native-op';
import type * as tf from '@tensorflow/tfjs';

type Call = tf.layers.Layer['call'];

/** What a convolution keeps to itself in tfjs-layers. */
interface Conv2D extends tf.layers.Layer {
  kernel: { read(): tf.Tensor4D };
  kernelSize: number[];
  strides: number[];
  dilationRate: number[];
  padding: string;
  dataFormat: string;
  useBias: boolean;
}

/** Longest side of the products of rows (see `patchMoments`); beyond, they cost more than they save. */
const MAX_COLUMNS = 200;

/** Results of convolutions over the model's own images, with what went into them. */
const made = new WeakMap<tf.Tensor, { images: tf.Tensor4D; kernel: tf.Tensor4D }>();

/** What a tensor is the plain convolution of, if a batch norm can be computed from that: stride 1, same padding, one channel, no bias. */
export const convolutionOf = (x: tf.Tensor): { images: tf.Tensor4D; kernel: tf.Tensor4D } | undefined => made.get(x);

/**
 * Lets the batch norm behind a model's first convolution know what it convolved. The convolution is computed all the same: in a
 * graph, where nothing reads it, it is left out.
 */
export function firstConvolution(layer: tf.layers.Layer, slow: Call): Call {
  const { kernelSize, strides, dilationRate, padding, dataFormat, useBias } = layer as Conv2D;
  const isFirst = layer.inboundNodes.every(({ inboundLayers }) =>
    inboundLayers.every((before) => before.getClassName() === 'InputLayer'),
  );
  const isPlain =
    !useBias &&
    padding === 'same' &&
    dataFormat === 'channelsLast' &&
    [...strides, ...dilationRate].every((size) => size === 1) &&
    kernelSize.every((size) => size % 2 === 1) &&
    (layer.getConfig()['activation'] ?? 'linear') === 'linear';
  if (!isFirst || !isPlain) return slow;
  return (inputs, kwargs) => {
    const z = slow.call(layer, inputs, kwargs) as tf.Tensor;
    const images = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor4D;
    const columns = kernelSize[0]! * (images.shape[2]! + kernelSize[1]! - 1);
    if (kwargs['training'] && isNative() && images.shape[3] === 1 && columns <= MAX_COLUMNS) {
      made.set(z, { images, kernel: (layer as Conv2D).kernel.read() });
    }
    return z;
  };
}
