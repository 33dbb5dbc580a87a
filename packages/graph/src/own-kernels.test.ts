import { usesKernels } from '@glyphlab/tensorflow';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { hasOwnKernels, withOwnKernels } from './own-kernels.ts';
import { Program } from './program.ts';
import { Recorder } from './recorder.ts';
import type { Step } from './trace.ts';

type Maps = [n: number, height: number, width: number, channels: number];
const normal = (shape: Maps, seed: number): tf.Tensor4D => tf.randomNormal(shape, 0, 1, 'float32', seed);

interface Case {
  kernel?: [number, number];
  stride?: number;
  pad?: 'same' | 'valid';
}

const convolve =
  ({ stride = 1, pad = 'same' }: Case) =>
  (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad);

/** A convolution with both its gradients. */
const step =
  (given: Case): Step =>
  ({ x, kernel, dy }) => {
    const [dx, dKernel] = tf.grads(convolve(given))([x!, kernel!], dy!);
    return { y: convolve(given)(x!, kernel!), dx: dx!, dKernel: dKernel! };
  };

function inputs(x: Maps, filters: number, given: Case = {}): Record<'x' | 'kernel' | 'dy', tf.Tensor> {
  const [maps, kernel] = [normal(x, 1), normal([...(given.kernel ?? [3, 3]), x[3], filters] as Maps, 2)];
  return { x: maps, kernel, dy: normal(convolve(given)(maps, kernel).shape as Maps, 3) };
}

/** The largest difference, as a share of the largest value. */
function difference(a: tf.Tensor, b: tf.Tensor): number {
  const largest = (x: tf.Tensor): number => tf.max(tf.abs(x)).dataSync()[0]!;
  return largest(tf.sub(a, b)) / largest(b);
}

test('they are loaded where they are to be used', () => {
  expect(hasOwnKernels()).toBe(usesKernels());
});

describe.runIf(usesKernels())('in a graph', () => {
  // Whole tiles, tiles that reach over the edge, maps smaller than a tile; one block of tiles, and many.
  test.each<[Maps, number]>([
    [[4, 8, 8, 32], 64],
    [[64, 14, 14, 32], 64],
    [[33, 7, 7, 64], 128],
    [[3, 13, 9, 16], 48],
    [[20, 3, 3, 16], 16],
    [[20, 1, 6, 32], 16],
  ])('convolution and gradients of %j to %i filters are those that TensorFlow computes', (shape, filters) => {
    const given = inputs(shape, filters);
    const [program, exact] = [new Program({ variables: [] }), step({})(given)];
    const run = program.compile(step({}));
    const [quick, again] = [run(given), run(given)];
    for (const [name, value] of Object.entries(quick)) {
      expect(difference(value, exact[name]!)).toBeLessThan(1e-5);
      // Bit for bit, however many threads take part.
      expect(difference(value, again[name]!)).toBe(0);
    }
    program.dispose();
  });

  test('a value that is not finite stays visible', () => {
    const given = inputs([4, 8, 8, 16], 16);
    const x = tf.mul(given.x, NaN);
    const program = new Program({ variables: [] });
    expect(
      program
        .compile(step({}))({ ...given, x })
        ['y']!.dataSync()[0],
    ).toBeNaN();
    program.dispose();
  });
});

describe('in the place of TensorFlow’s', () => {
  const opsOf = (given: Case, shape: Maps, filters: number): string[] => {
    const recorder = new Recorder('r');
    const tensors = inputs(shape, filters, given);
    for (const [name, x] of Object.entries(tensors)) recorder.declare(x, `${name}:0`);
    recorder.record(() => tf.tidy(() => void step(given)(tensors)));
    return withOwnKernels(recorder.nodes, recorder.shapes)
      .map(({ op }) => op)
      .filter((op) => op.includes('Conv2D'))
      .sort();
  };
  const own = ['GlyphlabConv2D', 'GlyphlabConv2DBackpropFilter', 'GlyphlabConv2DBackpropInput'];

  test('stands each convolution of 3×3, stride 1 and same padding, and each gradient', () => {
    expect([...new Set(opsOf({}, [4, 8, 8, 16], 32))]).toEqual(own);
  });

  test.each<[string, Case, Maps, number]>([
    ['stride 2', { stride: 2 }, [4, 8, 8, 16], 16],
    ['valid padding', { pad: 'valid' }, [4, 8, 8, 16], 16],
    ['a kernel of 5×5', { kernel: [5, 5] }, [4, 8, 8, 16], 16],
    ['a kernel of 3×1', { kernel: [3, 1] }, [4, 8, 8, 16], 16],
    ['one channel', {}, [4, 8, 8, 1], 16],
    ['24 channels', {}, [4, 8, 8, 24], 16],
    ['ten filters', {}, [4, 8, 8, 16], 10],
    ['a single image', {}, [1, 8, 8, 16], 16],
  ])('does not stand %s', (_, given, shape, filters) => {
    expect(opsOf(given, shape, filters).filter((op) => own.includes(op))).toEqual([]);
  });
});
