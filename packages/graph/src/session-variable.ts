import type * as tf from '@tensorflow/tfjs';
import { type AttrValue, DataType, type Node, shapeValue } from './graph-def.ts';
import { nativeBackend } from './native-backend.ts';

/** State that lives in the session: a variable, or data that no step assigns. */
export interface SessionVariable {
  tensor: tf.Tensor | tf.Variable;
  handle: string;
  read: string;
  /** Where a value is fed, and what to fetch to have it stored. */
  feed: string;
  stored: string;
  dtype: AttrValue;
  nodes: Node[];
}

export function sessionVariable(tensor: tf.Tensor, index: number): SessionVariable {
  const dtype = { type: nativeBackend().tensorMap.get(tensor.dataId).dtype };
  const shape = { shape: shapeValue(tensor.shape) };
  const name = `variable${index}`;
  const [handle, feed, assign, stored, read] = [
    name,
    ...['feed', 'assign', 'stored', 'read'].map((part) => `${name}_${part}`),
  ] as [string, string, string, string, string];
  const zero = { dtype: DataType.INT32, tensor_shape: { dim: [] }, tensor_content: new Uint8Array(4) };
  const node = (name: string, op: string, input: string[], attr: Record<string, AttrValue>): Node => ({
    name,
    op,
    input,
    attr,
  });
  return {
    tensor, handle, read, feed, stored, dtype,
    nodes: [
      node(handle, 'VarHandleOp', [], { dtype, shape, shared_name: { s: Buffer.from(name) }, container: { s: Buffer.alloc(0) } }),
      node(feed, 'Placeholder', [], { dtype, shape }),
      node(assign, 'AssignVariableOp', [handle, feed], { dtype }),
      node(stored, 'Const', [`^${assign}`], { dtype: { type: DataType.INT32 }, value: { tensor: zero } }),
      node(read, 'ReadVariableOp', [handle], { dtype }),
    ],
  }; // prettier-ignore
}
