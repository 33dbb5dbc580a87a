import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { DataType, type Node } from './graph-def.ts';
import { Program } from './program.ts';
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

function compute(precision: 'fp32' | 'bf16', [n, size, kernel]: readonly [number, number, number]) {
  const x = tf.randomNormal([n, size, size, 4], 0, 1, 'float32', 1);
  const dy = tf.randomNormal([n, size, size, 5], 0, 1, 'float32', 2);
  const program = new Program({ variables: [], precision });
  const { kernel: result } = program.compile(gradient([kernel, kernel, 4, 5]))({ x, dy });
  const { numNodes } = program;
  program.dispose();
  return { result: result!, numNodes };
}

test.each([
  [8, 7, 3],
  [6, 7, 3],
  [8, 5, 5],
] as const)(
  '%d images of %d pixels, kernel %d: sums over images side by side are those over single ones',
  (...layout) => {
    const [exact, rough] = [compute('fp32', layout), compute('bf16', layout)];
    const error = tf.div(tf.max(tf.abs(tf.sub(exact.result, rough.result))), tf.max(tf.abs(exact.result)));
    expect(error.dataSync()[0]).toBeLessThan(0.01);
    // Three casts, and what lays the images out.
    expect(rough.numNodes).toBeGreaterThan(exact.numNodes + 3);
  },
);

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
