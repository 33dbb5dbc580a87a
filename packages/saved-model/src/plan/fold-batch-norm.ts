import type { LinearOperation, Operation, PlanNode } from './plan.ts';

/**
 * Puts each affine operation that alone reads a convolution, depthwise convolution or product into its weights, in place.
 * @returns the nodes that are left
 */
export function foldBatchNorm(nodes: readonly PlanNode[]): PlanNode[] {
  const readers = new Map<PlanNode, number>();
  for (const { inputs } of nodes) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const folded = new Set<PlanNode>();
  for (const node of nodes) {
    const [before] = node.inputs;
    if (node.operation.kind !== 'affine' || !before || readers.get(before) !== 1) continue;
    if (!isLinear(before.operation)) continue;
    node.operation = scaled(before.operation, node.operation.scale, node.operation.offset);
    node.inputs = before.inputs;
    node.name = before.name;
    folded.add(before);
  }
  return nodes.filter((node) => !folded.has(node));
}

const isLinear = (operation: Operation): operation is LinearOperation =>
  operation.kind === 'convolution' || operation.kind === 'depthwise' || operation.kind === 'product';

function scaled(operation: LinearOperation, scale: Float32Array, offset: Float32Array): LinearOperation {
  const { values, shape } = operation.kernel;
  // The outputs of a depthwise kernel [h, w, in, multiplier] are in × multiplier: its two last axes, so all the same here.
  const channels = scale.length;
  const kernel = { values: values.map((value, k) => value * scale[k % channels]!), shape };
  const bias = offset.map((value, k) => value + (operation.bias?.[k] ?? 0) * scale[k]!);
  return { ...operation, kernel, bias };
}
