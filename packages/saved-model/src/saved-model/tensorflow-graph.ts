import { type AttrValue, DataType, type Node, shapeValue } from '@glyphlab/graph/graph-def';

const float: AttrValue = { type: DataType.FLOAT };
const integer: AttrValue = { type: DataType.INT32 };

/** Collects nodes of a TensorFlow graph over float32 values. */
export class TensorFlowGraph {
  readonly nodes: Node[] = [];
  readonly #written = new Map<Float32Array, string>();

  /** @returns the node's name, which stands for its result */
  add(name: string, op: string, input: string[], attr: Record<string, AttrValue> = {}): string {
    this.nodes.push({ name, op, input, attr: { T: float, ...attr } });
    return name;
  }

  /** @param shape a size of -1 is any */
  placeholder(name: string, shape: readonly number[]): string {
    this.nodes.push({
      name,
      op: 'Placeholder',
      input: [],
      attr: { dtype: float, shape: { shape: shapeValue(shape) } },
    });
    return name;
  }

  /** The very same values are written once; their `shape` is to be the same, too. */
  floats(name: string, values: Float32Array, shape: readonly number[]): string {
    const written = this.#written.get(values) ?? this.#constant(name, float, values, shape);
    this.#written.set(values, written);
    return written;
  }

  integers(name: string, values: readonly number[]): string {
    return this.#constant(name, integer, Int32Array.from(values), [values.length]);
  }

  integer(name: string, value: number): string {
    return this.#constant(name, integer, Int32Array.of(value), []);
  }

  #constant(name: string, dtype: AttrValue, values: ArrayBufferView, shape: readonly number[]): string {
    // Little-endian, as every machine that TensorFlow runs on.
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = { dtype: dtype.type!, tensor_shape: shapeValue(shape), tensor_content: content };
    this.nodes.push({ name, op: 'Const', input: [], attr: { dtype, value: { tensor } } });
    return name;
  }
}

export const integerType = integer;
