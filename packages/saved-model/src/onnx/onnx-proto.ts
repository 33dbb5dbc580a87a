import protobuf from 'protobufjs';

/** Numbers of `TensorProto.DataType` and `AttributeProto.AttributeType` in onnx.proto. */
export const DataType = { FLOAT: 1, INT64: 7 } as const;
const AttributeType = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7, STRINGS: 8 } as const;

export type Attribute = { name: string } & (
  | { type: 1; f: number }
  | { type: 2; i: number }
  | { type: 3; s: Uint8Array }
  | { type: 7; ints: number[] }
  | { type: 8; strings: Uint8Array[] }
);

/** Of an attribute's value: a whole number, several, `{ float }`, `{ text }` or `{ texts }`. */
export function attribute(
  name: string,
  value: number | readonly number[] | { float: number } | { text: string } | { texts: readonly string[] },
): Attribute {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('text' in value) return { name, type: AttributeType.STRING, s: Buffer.from(value.text) };
  if ('texts' in value)
    return { name, type: AttributeType.STRINGS, strings: value.texts.map((text) => Buffer.from(text)) };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

export interface OnnxNode {
  name: string;
  op_type: string;
  input: string[];
  output: string[];
  attribute: Attribute[];
}

/** `raw_data` is little-endian. */
export interface OnnxTensor {
  name: string;
  data_type: number;
  dims: number[];
  raw_data: Uint8Array;
}

/** A tensor's name and float32 shape; text stands for a size that is not known beforehand. */
export const valueInfo = (name: string, shape: readonly (number | string)[]) => ({
  name,
  type: {
    tensor_type: {
      elem_type: DataType.FLOAT,
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size })) },
    },
  },
});

export interface OnnxModel {
  ir_version: number;
  producer_name: string;
  doc_string: string;
  graph: {
    name: string;
    node: OnnxNode[];
    initializer: OnnxTensor[];
    input: ReturnType<typeof valueInfo>[];
    output: ReturnType<typeof valueInfo>[];
  };
  opset_import: { domain: string; version: number }[];
  metadata_props: { key: string; value: string }[];
}

/** The part of onnx.proto that a network takes. */
const ModelProto = protobuf
  .parse(
    `syntax = "proto2";
message AttributeProto { optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; repeated int64 ints = 8; repeated bytes strings = 9; optional int32 type = 20; }
message NodeProto { repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4; repeated AttributeProto attribute = 5; }
message TensorProto { repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9; }
message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; } message TensorShapeProto { repeated Dimension dim = 1; }
message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; } message TypeProto { optional Tensor tensor_type = 1; }
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message GraphProto { repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; } message StringStringEntryProto { optional string key = 1; optional string value = 2; }
message ModelProto { optional int64 ir_version = 1; optional string producer_name = 2; optional string doc_string = 6; optional GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14; }`,
    { keepCase: true },
  )
  .root.lookupType('ModelProto');

export const encodeModel = (model: OnnxModel): Uint8Array => ModelProto.encode(ModelProto.create(model)).finish();
