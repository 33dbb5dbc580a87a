import * as tf from '@tensorflow/tfjs';
import {
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from './wasm-conv-gradients.ts';
import { registerMaxPoolGradient } from './wasm-max-pool-gradient.ts';

type Info = tf.backend_util.Conv2DInfo;
type Quad = [number, number, number, number];

/** As tfjs hands them to a kernel. */
interface Attrs {
  strides: number | [number, number];
  dilations?: number | [number, number];
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: Quad;
  inputShape: Quad;
}

/** The geometry of the convolution whose gradient is asked for. */
const geometry = (input: readonly number[], filter: readonly number[], attrs: Attrs, depthwise: boolean): Info =>
  tf.backend_util.computeConv2DInfo(
    input as Quad,
    filter as Quad,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  );

type Gradient = (a: tf.Tensor4D, b: tf.Tensor4D, info: Info) => tf.Tensor4D;

function registerFilterGradient(kernelName: string, depthwise: boolean, gradient: Gradient): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const own = attrs as unknown as Attrs;
      return tf.tidy(() => gradient(x, dy, geometry(x.shape, own.filterShape, own, depthwise)));
    },
  });
}

function registerInputGradient(kernelName: string, depthwise: boolean, gradient: Gradient): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      const own = attrs as unknown as Attrs;
      return tf.tidy(() => gradient(dy, filter, geometry(own.inputShape, filter.shape, own, depthwise)));
    },
  });
}

/**
 * Adds the kernels that tfjs-backend-wasm lacks for training convolutions, and replaces its gradient of the input, which is a
 * plain loop, by one ten times as fast, and that of max pooling, which is wrong. Once a process is enough; more does no harm.
 */
export function registerWasmConvKernels(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm')) return;
  registerMaxPoolGradient();
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  registerInputGradient('Conv2DBackpropInput', false, conv2dInputGradient);
  registerFilterGradient('Conv2DBackpropFilter', false, conv2dFilterGradient);
  registerInputGradient('DepthwiseConv2dNativeBackpropInput', true, depthwiseInputGradient);
  registerFilterGradient('DepthwiseConv2dNativeBackpropFilter', true, depthwiseFilterGradient);
}
