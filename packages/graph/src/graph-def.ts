import protobuf from 'protobufjs';

/** Numbers of TensorFlow's DataType enum (tensorflow/core/framework/types.proto). */
export const DataType = { FLOAT: 1, INT32: 3, UINT8: 4, BOOL: 10, BFLOAT16: 14 } as const;

/** `AttrValue` of attr_value.proto, as far as recorded ops need it. */
export interface AttrValue {
  s?: Uint8Array;
  i?: number;
  f?: number;
  b?: boolean;
  type?: number;
  shape?: Shape;
  tensor?: { dtype: number; tensor_shape: Shape; tensor_content?: Uint8Array; string_val?: Uint8Array[] };
  list?: { s?: Uint8Array[]; i?: number[]; f?: number[]; b?: boolean[]; type?: number[] };
}

interface Shape {
  dim: { size: number }[];
}

/** `NodeDef` of node_def.proto. An input is `node:output`, or `^node` for a control dependency. */
export interface Node {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, AttrValue>;
}

const SavedModel = protobuf
  .parse(
    `syntax = "proto3";
message Dim { int64 size = 1; } message Shape { repeated Dim dim = 2; }
message TensorProto { int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated bytes string_val = 8; }
message ListValue { repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5; repeated int32 type = 6; }
message AttrValue { oneof value { ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6; Shape shape = 7; TensorProto tensor = 8; } }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
message VersionDef { int32 producer = 1; } message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
message TensorInfo { string name = 1; int32 dtype = 2; Shape tensor_shape = 3; }
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message MetaInfoDef { repeated string tags = 4; } message MetaGraphDef { MetaInfoDef meta_info_def = 1; GraphDef graph_def = 2; map<string, SignatureDef> signature_def = 5; }
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }`,
    { keepCase: true },
  )
  .root.lookupType('SavedModel');

/** GraphDef version of TensorFlow 2.9 and later; TensorFlow accepts every later one too. */
const PRODUCER = 1087;

export const shapeValue = (shape: readonly number[]): Shape => ({ dim: shape.map((size) => ({ size })) });

/** `TensorInfo` of meta_graph.proto: an edge of the graph, `node:output`. A size of -1 is any. */
interface TensorInfo {
  name: string;
  dtype: number;
  tensor_shape: Shape;
}

/** `SignatureDef` of meta_graph.proto: what others may call, by name. */
export interface Signature {
  inputs: Record<string, TensorInfo>;
  outputs: Record<string, TensorInfo>;
  method_name: string;
}

/** The bytes of a `saved_model.pb` that holds one graph under one tag. It needs no variables folder. */
export function encodeSavedModel(nodes: Node[], tag: string, signatures: Record<string, Signature> = {}): Uint8Array {
  const graph = { node: nodes, versions: { producer: PRODUCER } };
  return SavedModel.encode(
    SavedModel.create({
      saved_model_schema_version: 1,
      meta_graphs: [{ meta_info_def: { tags: [tag] }, graph_def: graph, signature_def: signatures }],
    }),
  ).finish();
}

/** The nodes of such a file, as {@link encodeSavedModel} and TensorFlow write them. */
export function decodeSavedModel(bytes: Uint8Array): Node[] {
  const { meta_graphs: graphs } = SavedModel.toObject(SavedModel.decode(bytes)) as {
    meta_graphs: { graph_def: { node: (Partial<Node> & Pick<Node, 'name' | 'op'>)[] } }[];
  };
  return graphs.flatMap(({ graph_def: { node } }) => node).map((node) => ({ input: [], attr: {}, ...node }));
}
