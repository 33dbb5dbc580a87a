import { type AttrValue, DataType, type Node } from './graph-def.ts';
import { isPlain } from './side-by-side.ts';

/** Our convolution with what follows it: sum of a bias, ReLU, 2×2 max pooling. */
export const FUSED = 'GlyphlabFusedConv2D';

/** Filters come in such numbers at a time. */
const FILTERS = 16;
/** Up to so many channels, images, which our op convolves without Winograd's transforms. */
const FEW_CHANNELS = 4;

/**
 * Makes one op of each of our convolutions and what follows it at once: the sum of a bias, ReLU, 2×2 max pooling. Its maps are then
 * written once, and with pooling only a quarter of them. Convolutions of images of few channels, which TensorFlow would compute, are
 * taken in as well. Where a gradient needs the values between, nothing changes.
 *
 * @param nodes with our convolutions in place (`withOwnKernels`)
 * @param shapes shape of each edge, as recorded
 * @param results edges that are read from outside
 * @returns new nodes; the last output of what became one keeps its name, type and shape
 */
export function fuseOwnConvolutions(
  nodes: readonly Node[],
  shapes: ReadonlyMap<string, readonly number[]>,
  results: ReadonlySet<string>,
): Node[] {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const edge of node.input) readers.set(edge, [...(readers.get(edge) ?? []), node]);
  }
  /** What alone reads the output of a node, if it is of that op. */
  const next = ({ name }: Node, op: string): Node | undefined => {
    const edge = `${name}:0`;
    const [reader, ...others] = readers.get(edge) ?? [];
    return reader?.op === op && reader.input[0] === edge && others.length === 0 && !results.has(edge) ? reader : undefined; // prettier-ignore
  };

  const fused = new Map<Node, Node>();
  const gone = new Set<Node>();
  for (const convolution of nodes) {
    if (!isOurs(convolution) && !convolvesImages(convolution, shapes)) continue;
    const sum = next(convolution, 'BiasAdd');
    if (!sum || text(sum, 'data_format') === 'NCHW') continue;
    let last = sum;
    const attr: Record<string, AttrValue> = { T: { type: DataType.FLOAT }, relu: { b: false }, pool: { b: false } };
    const replaced = [convolution, sum];
    // Both are monotone, so that either may come first.
    for (;;) {
      const relu = attr['relu']!.b ? undefined : next(last, 'Relu');
      const pool = attr['pool']!.b ? undefined : next(last, 'MaxPool');
      const taken = relu ?? (pool && halves(pool) ? pool : undefined);
      if (!taken) break;
      attr[relu ? 'relu' : 'pool'] = { b: true };
      replaced.push(taken);
      last = taken;
    }
    for (const node of replaced) gone.add(node);
    fused.set(last, { name: last.name, op: FUSED, input: [...convolution.input.slice(0, 2), sum.input[1]!], attr });
  }
  return nodes.flatMap((node) => fused.get(node) ?? (gone.has(node) ? [] : [node]));
}

const text = ({ attr }: Node, name: string): string => Buffer.from(attr[name]?.s ?? []).toString();

const isOurs = ({ op }: Node): boolean => op === 'GlyphlabConv2D';

function convolvesImages(node: Node, shapes: ReadonlyMap<string, readonly number[]>): boolean {
  if (node.op !== 'Conv2D' || node.attr['T']?.type !== DataType.FLOAT || !isPlain(node)) return false;
  const [kh, kw, channels, filters] = shapes.get(node.input[1]!) ?? [];
  return kh === 3 && kw === 3 && channels! <= FEW_CHANNELS && filters! % FILTERS === 0;
}

/** Max pooling that leaves half of height and width. */
function halves(node: Node): boolean {
  const is2x2 = (name: string): boolean => node.attr[name]?.list?.i?.join() === '1,2,2,1';
  return (
    is2x2('ksize') && is2x2('strides') && text(node, 'padding') === 'VALID' && text(node, 'data_format') !== 'NCHW'
  );
}
