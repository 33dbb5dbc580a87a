import * as tf from '@tensorflow/tfjs';
import { GraphError } from './graph-error.ts';

/** An attribute of a TensorFlow op, as tfjs-node hands it to the binding. */
export interface OpAttr {
  name: string;
  type: number;
  value: unknown;
}

/** What the binding tells of a tensor that it made; `dtype` is TensorFlow's number for it. */
export interface OutputInfo {
  id: number;
  shape: number[];
  dtype: number;
}

/** Of a tensor of strings: the bytes of each. */
export type Values = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** The functions of tfjs-node's C++ binding that are used here. Every kernel of the native backend ends in one of them. */
export interface Binding {
  executeOp(op: string, attrs: OpAttr[], inputIds: number[], numOutputs: number): OutputInfo[];
  createTensor(shape: number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Values;
  loadSavedModel(dir: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputIds: number[], inputNames: string, outputNames: string): OutputInfo[];
  [constant: `TF_${string}`]: number;
}

/** tfjs-node's kernel backend, with the members that its type declaration hides. */
export interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  createOutputTensor(info: OutputInfo): tf.Tensor;
  executeMultipleOutputs(op: string, attrs: OpAttr[], inputs: tf.Tensor[], numOutputs: number): tf.Tensor[];
  isUsingGpuDevice: boolean;
  /** `id` is the handle, -1 while the values are only in JavaScript. */
  tensorMap: { get(dataId: object): { dtype: number; id: number } };
}

/** @throws GraphError if the current tfjs backend is not tfjs-node's: only that one runs graphs */
export function nativeBackend(): NativeBackend {
  const backend = tf.backend() as unknown as NativeBackend;
  if (tf.getBackend() !== 'tensorflow' || typeof backend.binding?.runSavedModel !== 'function') {
    throw new GraphError(
      'GRAPH_NO_TENSORFLOW',
      `Graphs need the native TensorFlow backend. Received: backend "${tf.getBackend()}".`,
    );
  }
  return backend;
}

/**
 * The same values under a handle of their own. A clone shares its handle with what it was made from, and so does a variable until it
 * is assigned: a recording would take one for the other.
 */
export function underOwnHandle(tensor: tf.Tensor): tf.Tensor {
  const backend = nativeBackend();
  const attrs = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE!, value: backend.tensorMap.get(tensor.dataId).dtype }];
  const [info] = backend.binding.executeOp('Identity', attrs, backend.getInputTensorIds([tensor]), 1);
  return backend.createOutputTensor(info!);
}

/** The name of the tf.Variable that a handle belongs to, if it is one's. */
export function variableOfHandle(id: number): string | undefined {
  const { tensorMap } = nativeBackend();
  const variables: tf.Variable[] = Object.values(tf.engine().state.registeredVariables);
  return variables.find(({ isDisposed, dataId }) => !isDisposed && tensorMap.get(dataId).id === id)?.name;
}
