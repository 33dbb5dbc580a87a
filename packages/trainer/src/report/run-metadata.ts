import protobuf from 'protobufjs';

/** An op that was computed once. */
export interface TracedOp {
  /** Kind, as `Conv2D`. */
  op: string;
  /** Of the node in the graph. */
  node: string;
  device: string;
  /** Microseconds since 1970. */
  startMicros: number;
  /** Of the kernel alone. */
  micros: number;
}

interface NodeStats {
  nodeName: string;
  allStartMicros: number;
  allStartNanos: number;
  opStartRelNanos: number;
  opEndRelNanos: number;
  timelineLabel: string;
}

const message = protobuf
  .parse(
    `syntax = "proto3";
message NodeStats { string node_name = 1; int64 all_start_micros = 2; string timeline_label = 8; int64 all_start_nanos = 13; int64 op_start_rel_nanos = 14; int64 op_end_rel_nanos = 15; }
message DeviceStats { string device = 1; repeated NodeStats node_stats = 2; }
message StepStats { repeated DeviceStats dev_stats = 1; }
message RunMetadata { StepStats step_stats = 1; }`,
  )
  .root.lookupType('RunMetadata');

/** The ops of one run of a graph, from its `RunMetadata` (tensorflow/core/framework/step_stats.proto), in the order of their start. */
export function tracedOps(metadata: Uint8Array): TracedOp[] {
  const { stepStats } = message.toObject(message.decode(metadata), { longs: Number, defaults: true, arrays: true }) as {
    stepStats: { devStats: { device: string; nodeStats: NodeStats[] }[] } | null;
  };
  return (stepStats?.devStats ?? [])
    .flatMap(({ device, nodeStats }) => nodeStats.map((stats) => toOp(stats, device)))
    .toSorted((a, b) => a.startMicros - b.startMicros);
}

function toOp(
  { nodeName, allStartMicros, allStartNanos, opStartRelNanos, opEndRelNanos, timelineLabel }: NodeStats,
  device: string,
): TracedOp {
  // As `s0n12 = _MklNativeConv2D(s0n11, s0n3)`.
  const kind = / = (\w+)\(/.exec(timelineLabel)?.[1] ?? nodeName;
  // A nanosecond of today is no exact number, but near enough to one; a microsecond is.
  const fraction = (allStartNanos % 1000) / 1000;
  return {
    op: kind.replace(/^_Mkl(Native)?/, ''),
    node: nodeName,
    device,
    startMicros: allStartMicros + fraction + opStartRelNanos / 1000,
    micros: (opEndRelNanos - opStartRelNanos) / 1000,
  };
}
