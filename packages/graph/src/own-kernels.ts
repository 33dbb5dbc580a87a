import { type AttrValue, DataType, type Node } from './graph-def.ts';
import { FUSED } from './fuse-own-convolutions.ts';
import { nativeBackend } from './native-backend.ts';
import { isPlain } from './side-by-side.ts';

let present: boolean | undefined;

/** Whether our own kernels are loaded in this process (packages/tensorflow): asks TensorFlow, once. */
export function hasOwnKernels(): boolean {
  if (present !== undefined) return present;
  const { binding } = nativeBackend();
  const tensor = (shape: number[]): number =>
    binding.createTensor(shape, DataType.FLOAT, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const ids = [tensor([1, 1, 1, CHANNELS]), tensor([3, 3, CHANNELS, CHANNELS])];
  try {
    const attrs = [{ name: 'T', type: binding.TF_ATTR_TYPE!, value: DataType.FLOAT }];
    const [y] = binding.executeOp('GlyphlabConv2D', attrs, ids, 1);
    binding.deleteTensor(y!.id);
    present = true;
  } catch {
    present = false;
  }
  for (const id of ids) binding.deleteTensor(id);
  return present;
}

/** Channels come in such numbers at a time. */
const CHANNELS = 16;
/** Tiles of 4×4 pixels from which on less is computed than the kernel's transform costs. */
const MIN_TILES = 16;

/** Our op in the place of TensorFlow's, and which inputs it has of it: the sizes that the gradients are told come from the tensors. */
const OURS: Readonly<Record<string, { op: string; inputs: readonly [number, number] }>> = {
  Conv2D: { op: 'GlyphlabConv2D', inputs: [0, 1] },
  Conv2DBackpropInput: { op: 'GlyphlabConv2DBackpropInput', inputs: [1, 2] },
  Conv2DBackpropFilter: { op: 'GlyphlabConv2DBackpropFilter', inputs: [0, 2] },
};

/** The first two inputs of each are operands, in the sense of `roundOperands`. */
export const ownOps: ReadonlySet<string> = new Set([...Object.values(OURS).map(({ op }) => op), FUSED]);

/**
 * Puts our own ops in the place of convolutions and gradients of kernels 3×3, stride 1, padding `same`, in float32, which then
 * compute a quarter to a third of the products (Winograd's minimal filtering). The results differ by some millionths.
 *
 * @param shapes shape of each edge, as recorded
 * @returns new nodes; no output changes its name, type or shape
 */
export function withOwnKernels(nodes: readonly Node[], shapes: ReadonlyMap<string, readonly number[]>): Node[] {
  return nodes.map((node) => {
    const ours = OURS[node.op];
    if (!ours || node.attr['T']?.type !== DataType.FLOAT || !isPlain(node)) return node;
    const input = ours.inputs.map((k) => node.input[k]!);
    const all = [...input, `${node.name}:0`].map((edge) => shapes.get(edge));
    // Of maps, maps and kernel, the kernel is the one that begins 3, 3 and whose place follows from the op.
    const kernel = node.op === 'Conv2D' ? all[1] : node.op === 'Conv2DBackpropInput' ? all[0] : all[2];
    const maps = node.op === 'Conv2DBackpropInput' ? all[1] : all[0];
    if (!kernel || !maps || !suits(maps, kernel)) return node;
    const attr: Record<string, AttrValue> = { T: { type: DataType.FLOAT } };
    return { name: node.name, op: ours.op, input, attr };
  });
}

function suits([n, h, w]: readonly number[], [kh, kw, channels, filters]: readonly number[]): boolean {
  const tiles = n! * Math.ceil(h! / 4) * Math.ceil(w! / 4);
  return kh === 3 && kw === 3 && channels! % CHANNELS === 0 && filters! % CHANNELS === 0 && tiles >= MIN_TILES;
}
