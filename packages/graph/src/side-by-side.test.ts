import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { DataType, type Node } from './graph-def.ts';
import { Program, type ProgramOptions } from './program.ts';
import { sideBySide } from './side-by-side.ts';
import type { Step } from './trace.ts';

/** Gradient of a convolution’s kernel, of this shape. */
const gradient = (filterShape: number[]): Step => {
  return ({ x, dy }) => ({
    kernel: tf
      .engine()
      .runKernel(
        'Conv2DBackpropFilter',
        { x: x!, dy: dy! },
        { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape },
      ) as tf.Tensor,
  });
};

const layouts = [
  [8, 7, 3],
  [6, 7, 3],
  [8, 5, 5],
] as const;

function compute(
  options: Pick<ProgramOptions, 'precision' | 'bf16'>,
  [n, size, kernel]: readonly [number, number, number],
  values: (shape: [number, number, number, number], seed: number) => tf.Tensor,
) {
  const [x, dy] = [values([n, size, size, 4], 1), values([n, size, size, 5], 2)];
  const program = new Program({ variables: [], ...options });
  const { kernel: result } = program.compile(gradient([kernel, kernel, 4, 5]))({ x, dy });
  const { numNodes } = program;
  program.dispose();
  return { result: result!, numNodes };
}
const normal = (shape: [number, number, number, number], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe.each(layouts)('%d images of %d pixels, kernel %d', (...layout) => {
  // Where ONEDNN_MAX_CPU_ISA holds oneDNN down, TensorFlow still asks it for a bfloat16 that it then lacks.
  test.skipIf(process.env['ONEDNN_MAX_CPU_ISA'])('sums over images side by side are those over single ones', () => {
    // Sums of so few ones are whole numbers below 256, exact in bfloat16 however a processor adds them up.
    const signs: typeof normal = (...args) => tf.sign(normal(...args));
    const [exact, laidOut] = [
      compute({}, layout, signs),
      compute({ precision: 'bf16', bf16: 'native' }, layout, signs),
    ];
    expect([...laidOut.result.dataSync()]).toEqual([...exact.result.dataSync()]);
    // Three casts, and what lays the images out.
    expect(laidOut.numNodes).toBeGreaterThan(exact.numNodes + 3);
  });

  test.each([undefined, 'emulated'] as const)('bf16, %s, differs from fp32 by a hundredth at most', (bf16) => {
    const [exact, rough] = [
      compute({}, layout, normal),
      compute({ precision: 'bf16', ...(bf16 && { bf16 }) }, layout, normal),
    ];
    const error = tf.div(tf.max(tf.abs(tf.sub(exact.result, rough.result))), tf.max(tf.abs(exact.result)));
    expect(error.dataSync()[0]).toBeGreaterThan(0);
    expect(error.dataSync()[0]).toBeLessThan(0.01);
  });
});

const ones = { list: { i: [1, 1, 1, 1] } };
const filterGradient = (attr: Node['attr'] = {}): Node => ({
  name: 'dw',
  op: 'Conv2DBackpropFilter',
  input: ['x:0', 'sizes:0', 'dy:0'],
  attr: { T: { type: DataType.BFLOAT16 }, strides: ones, padding: { s: Buffer.from('SAME') }, ...attr },
});
const count = (width: number, { n = 8, kernel = 3, node = filterGradient() } = {}): number => {
  const shapes = new Map([
    ['x:0', [n, width, width, 4]],
    ['dy:0', [n, width, width, 5]],
    ['dw:0', [kernel, kernel, 4, 5]],
  ]);
  return sideBySide(node, shapes, node.input).length;
};

test('narrow maps are laid out; wide ones, odd batches and unusual convolutions are left alone', () => {
  expect(count(7)).toBeGreaterThan(1);
  expect(count(14)).toBe(1);
  expect(count(7, { n: 7 })).toBe(1);
  expect(count(7, { kernel: 1 })).toBe(1);
  expect(count(7, { kernel: 4 })).toBe(1);
  expect(count(7, { node: filterGradient({ strides: { list: { i: [1, 2, 2, 1] } } }) })).toBe(1);
  expect(count(7, { node: filterGradient({ padding: { s: Buffer.from('VALID') } }) })).toBe(1);
});
