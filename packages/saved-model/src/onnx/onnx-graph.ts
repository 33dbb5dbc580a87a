import { attribute, DataType, type OnnxNode, type OnnxTensor } from './onnx-proto.ts';

type Attributes = Record<string, Parameters<typeof attribute>[1]>;

/** Collects nodes and constants. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly #written = new Map<Float32Array, string>();

  /** @returns the name of the result, which is the node's */
  add(name: string, op: string, input: string[], attributes: Attributes = {}): string {
    const attributeList = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    this.nodes.push({ name, op_type: op, input, output: [name], attribute: attributeList });
    return name;
  }

  /** Of an operation with several results: takes the one at `index`, under the node's name. */
  addTaking(index: number, ...[name, op, input, attributes]: Parameters<OnnxGraph['add']>): string {
    this.add(name, op, input, attributes);
    this.nodes.at(-1)!.output = [...Array<string>(index).fill(''), name];
    return name;
  }

  /** The very same values are written once; their `dims` are to be the same, too. */
  floats(name: string, values: Float32Array, dims: readonly number[]): string {
    const written = this.#written.get(values) ?? this.#constant(name, DataType.FLOAT, values, dims);
    this.#written.set(values, written);
    return written;
  }

  integers(name: string, values: readonly number[]): string {
    return this.#constant(name, DataType.INT64, BigInt64Array.from(values, BigInt), [values.length]);
  }

  integer(name: string, value: number): string {
    return this.#constant(name, DataType.INT64, BigInt64Array.of(BigInt(value)), []);
  }

  #constant(
    name: string,
    data_type: number,
    { buffer, byteOffset, byteLength }: ArrayBufferView,
    dims: readonly number[],
  ): string {
    // Little-endian, as every machine that TensorFlow runs on.
    this.constants.push({ name, data_type, dims: [...dims], raw_data: new Uint8Array(buffer, byteOffset, byteLength) });
    return name;
  }
}
