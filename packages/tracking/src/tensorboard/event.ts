import protobuf from 'protobufjs';

/** `Event` of tensorflow/core/util/event.proto, as far as runs have it. */
export interface Event {
  /** Seconds since 1970. */
  wallTime: number;
  step?: number;
  fileVersion?: string;
  summary?: { value: readonly SummaryValue[] };
}

/** One value of tensorflow/core/framework/summary.proto. */
export type SummaryValue = { tag: string } & (
  | { simpleValue: number }
  | { image: { height: number; width: number; colorspace: number; encodedImageString: Uint8Array } }
  | { metadata: { pluginData: { pluginName: 'text' } }; tensor: { dtype: number; stringVal: readonly Uint8Array[] } }
);

/** TensorFlow's DT_STRING. */
const STRING = 7;

/** A text as TensorBoard's page of texts shows it, in markdown. */
export const textValue = (tag: string, markdown: string): SummaryValue => ({
  tag,
  metadata: { pluginData: { pluginName: 'text' } },
  tensor: { dtype: STRING, stringVal: [Buffer.from(markdown)] },
});

const message = protobuf
  .parse(
    `syntax = "proto3";
message PluginData { string plugin_name = 1; }
message SummaryMetadata { PluginData plugin_data = 1; }
message Shape {}
message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated bytes string_val = 8; }
message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
message Value { string tag = 1; SummaryMetadata metadata = 9; oneof value { float simple_value = 2; Image image = 4; Tensor tensor = 8; } }
message Summary { repeated Value value = 1; }
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }`,
  )
  .root.lookupType('Event');

export const encodeEvent = (event: Event): Uint8Array => message.encode(message.create(event)).finish();
