import * as tf from '@tensorflow/tfjs';
import type { NativeBackend } from './native-backend.ts';

/** Numbers of TensorFlow's DataType enum. */
export const FLOAT = 1;
export const INT32 = 3;
export const UINT8 = 4;

/** Whether tfjs computes with native TensorFlow; else it is WebAssembly, and portable ops must do. */
export const isNative = (): boolean => tf.getBackend() === 'tensorflow';

const backend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

/** Attributes by the kind that TensorFlow's op definition gives them. */
export interface Attrs {
  type?: Record<string, number>;
  int?: Record<string, number | readonly number[]>;
  float?: Record<string, number>;
  bool?: Record<string, boolean>;
  string?: Record<string, string>;
}

/** Runs a TensorFlow op that tfjs has no wrapper for. Native backend only; it has no gradient unless `tf.customGrad` gives one. */
export function nativeOps(op: string, attrs: Attrs, inputs: tf.Tensor[], numOutputs: number): tf.Tensor[] {
  const { binding } = backend();
  const list = Object.entries(attrs).flatMap(([kind, values]) =>
    Object.entries(values as Record<string, unknown>).map(([name, value]) => ({
      name,
      type: binding[`TF_ATTR_${kind.toUpperCase()}`]!,
      value,
    })),
  );
  return backend().executeMultipleOutputs(op, list, inputs, numOutputs);
}

/** {@link nativeOps} for an op of one output. */
export const nativeOp = (op: string, attrs: Attrs, ...inputs: tf.Tensor[]): tf.Tensor =>
  nativeOps(op, attrs, inputs, 1)[0]!;

/**
 * `x + values`, one value a channel: TensorFlow can make it part of the convolution or product before it, which it cannot of tf.add.
 * Native backend only; it has no gradient.
 */
export const addToChannels = (x: tf.Tensor, values: tf.Tensor): tf.Tensor =>
  nativeOp('BiasAdd', { type: { T: FLOAT }, string: { data_format: 'NHWC' } }, x, values);

/** A tensor of bytes, which tfjs calls int32 and TensorFlow uint8: a quarter of the memory. Native backend only. */
export function uint8Tensor(values: Uint8Array, shape: readonly number[]): tf.Tensor {
  const id = backend().binding.createTensor([...shape], UINT8, values);
  return backend().createOutputTensor({ id, shape: [...shape], dtype: UINT8 });
}
