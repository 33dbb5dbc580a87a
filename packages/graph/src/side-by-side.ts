import { DataType, type Node, shapeValue } from './graph-def.ts';

/** Values that a tile of the processor's bfloat16 matrix unit multiplies at once: 64 bytes (Intel AMX). */
const TILE = 32;

/**
 * oneDNN's bfloat16 gradient of a convolution's kernel goes row by row and fills each row of pixels up to a whole tile, so that
 * maps 7 pixels wide do four times the work. Here several images are laid side by side, with columns of zeros between them as wide as
 * the kernel reaches: the same sums, half the time.
 *
 * @param node Conv2DBackpropFilter whose inputs 0 and 2 are bfloat16
 * @param shapes shape of each edge, as recorded
 * @param recorded the node's inputs as they are named there
 * @returns nodes in its place, the last of the same name; only itself if its maps are wide, or anything is unusual
 */
export function sideBySide(
  node: Node,
  shapes: ReadonlyMap<string, readonly number[]>,
  recorded: readonly string[],
): Node[] {
  const [x, dy, kernel] = [shapes.get(recorded[0]!), shapes.get(recorded[2]!), shapes.get(`${node.name}:0`)];
  if (x?.length !== 4 || dy?.length !== 4 || kernel?.length !== 4 || !isPlain(node)) return [node];
  const [n, , width] = x as [number, number, number, number];
  const kernelWidth = kernel[1]!;
  const gap = (kernelWidth - 1) / 2;
  const images = imagesInRow(n, width + gap);
  if (kernelWidth % 2 === 0 || gap === 0 || images < MIN_IMAGES) return [node];

  const axis = (name: string, value: number): Node => ({
    name: `${node.name}_${name}`,
    op: 'Const',
    input: [],
    attr: {
      dtype: { type: DataType.INT32 },
      value: {
        tensor: {
          dtype: DataType.INT32,
          tensor_shape: { dim: [] },
          tensor_content: new Uint8Array(Int32Array.of(value).buffer),
        },
      },
    },
  });
  const [batch, columns] = [axis('batch', 0), axis('columns', 2)];
  const bfloat16 = { type: DataType.BFLOAT16 };
  const layOut = (part: string, edge: string, [, h, , channels]: readonly number[]): Node[] => {
    const zeros = [n / images, h!, gap, channels!];
    const content = new Uint8Array(2 * zeros.reduce((a, b) => a * b, 1));
    const between: Node = {
      name: `${node.name}_${part}_between`,
      op: 'Const',
      input: [],
      attr: {
        dtype: bfloat16,
        value: {
          tensor: { dtype: DataType.BFLOAT16, tensor_shape: shapeValue(zeros), tensor_content: content },
        },
      },
    };
    // Parts along the first axis are not copied.
    const split: Node = {
      name: `${node.name}_${part}_split`,
      op: 'Split',
      input: [`${batch.name}:0`, edge],
      attr: { T: bfloat16, num_split: { i: images } },
    };
    const pieces = Array.from({ length: images }, (_, k) => [`${split.name}:${k}`, `${between.name}:0`]).flat();
    const row: Node = {
      name: `${node.name}_${part}_row`,
      op: 'ConcatV2',
      input: [...pieces, `${columns.name}:0`],
      attr: { T: bfloat16, N: { i: pieces.length }, Tidx: { type: DataType.INT32 } },
    };
    return [between, split, row];
  };
  const xs = layOut('x', node.input[0]!, x);
  const dys = layOut('dy', node.input[2]!, dy);
  const input = [`${xs.at(-1)!.name}:0`, node.input[1]!, `${dys.at(-1)!.name}:0`];
  return [batch, columns, ...xs, ...dys, { ...node, input }];
}

/** With two, nothing was gained on maps 14 pixels wide. */
const MIN_IMAGES = 3;

/** As many as fit a tile and divide the batch. */
function imagesInRow(n: number, width: number): number {
  let images = Math.max(1, Math.floor(TILE / width));
  while (n % images !== 0) images--;
  return images;
}

/** Of a convolution or a gradient of one: stride 1, not dilated, padding `same`, channels last. */
export function isPlain({ attr }: Node): boolean {
  const ones = (name: string): boolean => (attr[name]?.list?.i ?? [1]).every((value) => value === 1);
  const text = (name: string): string => Buffer.from(attr[name]?.s ?? []).toString();
  return ones('strides') && ones('dilations') && text('padding') === 'SAME' && text('data_format') !== 'NCHW';
}
