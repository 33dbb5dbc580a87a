import { DataType, type Node } from './graph-def.ts';
import { sideBySide } from './side-by-side.ts';

/** Which inputs and outputs of an op become bfloat16; all others stay as they are. */
type Ports = readonly [inputs: readonly number[], outputs: readonly number[]];

/**
 * Ops worth lowering wherever they stand; depthwise convolutions are not, for oneDNN's are slower in bfloat16. A gradient of
 * weights is computed in bfloat16 and handed on in float32.
 */
export const LOWERED: Record<string, Ports> = {
  Conv2D: [[0, 1], [0]],
  Conv2DBackpropInput: [[1, 2], [0]],
  Conv2DBackpropFilter: [[0, 2], []],
  BatchMatMulV2: [[0, 1], [0]],
};

/** Ops that are lowered if one of these inputs already is bfloat16: there a cast back would cost more than the op. */
const IF_ANY: Record<string, Ports> = {
  BiasAdd: [[0, 1], [0]],
  MaxPool: [[0], [0]],
  MaxPoolGrad: [[0, 1, 2], [0]],
  Relu: [[0], [0]],
  ReluGrad: [[0, 1], [0]],
  Reshape: [[0], [0]],
  FusedBatchNormV3: [[0], [0]],
  FusedBatchNormGradV3: [[0, 1], [0]],
};

/** Elementwise ops on feature maps (four dimensions), lowered if all of these inputs already are bfloat16. */
const IF_ALL_MAPS: Record<string, Ports> = {
  Add: [[0, 1], [0]],
  AddV2: [[0, 1], [0]],
  Mul: [[0, 1], [0]],
  Sigmoid: [[0], [0]],
  SigmoidGrad: [[0, 1], [0]],
};

/**
 * Mixed precision: rewrites recorded float32 nodes so that convolutions, matrix products and what lies between them run in
 * bfloat16, with casts at the borders. Weights, batch-norm statistics, loss and updates stay float32.
 *
 * The method is TensorFlow's and PyTorch's autocast; bfloat16 has float32's range, so no loss scaling is needed
 * (Kalamkar et al. 2019, "A Study of BFLOAT16 for Deep Learning Training").
 *
 * @param shapes shape of each edge, as recorded
 * @returns new nodes; `full(edge)` names the float32 form of a recorded edge, for results and updates
 */
export function autocast(
  nodes: readonly Node[],
  shapes: ReadonlyMap<string, readonly number[]>,
): { nodes: Node[]; full(edge: string): string } {
  const result: Node[] = [];
  const half = new Set<string>();
  const casts = new Map<string, string>();
  const cast = (edge: string, to: number): string => {
    const key = `${edge}>${to}`;
    let name = casts.get(key);
    if (name === undefined) {
      name = `${edge.replace(':', '_')}_${to === DataType.BFLOAT16 ? 'bf16' : 'fp32'}`;
      const from = to === DataType.BFLOAT16 ? DataType.FLOAT : DataType.BFLOAT16;
      result.push({
        name,
        op: 'Cast',
        input: [edge],
        attr: { SrcT: { type: from }, DstT: { type: to }, Truncate: { b: false } },
      });
      casts.set(key, name);
      if (to === DataType.BFLOAT16) half.add(`${name}:0`);
    }
    return `${name}:0`;
  };
  /** Outputs that are handed on in float32 whoever reads them. */
  const alwaysFull = new Map<string, string>();
  const full = (edge: string): string => alwaysFull.get(edge) ?? (half.has(edge) ? cast(edge, DataType.FLOAT) : edge);

  for (const node of nodes) {
    const lowered = portsToLower(node, half, shapes);
    const input = node.input.map((edge, k) => {
      if (!lowered?.[0].includes(k)) return full(edge);
      return half.has(edge) ? edge : cast(edge, DataType.BFLOAT16);
    });
    if (!lowered) {
      result.push({ ...node, input });
      continue;
    }
    const low = { ...node, input, attr: { ...node.attr, T: { type: DataType.BFLOAT16 } } };
    result.push(...(node.op === 'Conv2DBackpropFilter' ? sideBySide(low, shapes, node.input) : [low]));
    for (const k of lowered[1]) half.add(`${node.name}:${k}`);
    if (lowered[1].length === 0) {
      alwaysFull.set(`${node.name}:0`, cast(`${node.name}:0`, DataType.FLOAT));
    }
  }
  return { nodes: result, full };
}

function portsToLower(
  node: Node,
  half: ReadonlySet<string>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Ports | undefined {
  if (node.attr['T']?.type !== DataType.FLOAT) return undefined;
  const always = LOWERED[node.op];
  if (always) return always;
  const any = IF_ANY[node.op];
  if (any) return any[0].some((k) => half.has(node.input[k]!)) ? any : undefined;
  const all = IF_ALL_MAPS[node.op];
  const isMap = shapes.get(`${node.name}:0`)?.length === 4;
  return all && isMap && all[0].every((k) => half.has(node.input[k]!)) ? all : undefined;
}
