import { usesKernels } from '@glyphlab/tensorflow';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { fuseOwnConvolutions } from './fuse-own-convolutions.ts';
import { addToChannels } from './native-op.ts';
import { withOwnKernels } from './own-kernels.ts';
import { Program } from './program.ts';
import { Recorder } from './recorder.ts';
import type { Named, Step } from './trace.ts';

type Maps = [n: number, height: number, width: number, channels: number];
type Tail = (y: tf.Tensor4D) => tf.Tensor4D;

const pool: Tail = (y) => tf.maxPool(y, 2, 2, 'valid');
const relu: Tail = (y) => tf.relu(y);

const inputs = (x: Maps, filters: number): Named => ({
  x: tf.randomNormal(x, 0, 1, 'float32', 1),
  kernel: tf.randomNormal([3, 3, x[3], filters], 0, 1, 'float32', 2),
  bias: tf.randomNormal([filters], 0, 1, 'float32', 3),
});

const step =
  (...tail: Tail[]): Step =>
  ({ x, kernel, bias }) => {
    const sum = addToChannels(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias!) as tf.Tensor4D;
    return { y: tail.reduce((y, next) => next(y), sum) };
  };

describe.runIf(usesKernels())('one op gives what TensorFlow’s give one after the other', () => {
  // Whole tiles, tiles that reach over the edge, odd sides; grey and colour images, which are convolved without tiles.
  test.each<[Maps, number]>([
    [[4, 8, 8, 32], 64],
    [[33, 7, 7, 64], 16],
    [[3, 13, 9, 16], 48],
    [[20, 3, 5, 16], 16],
    [[5, 28, 28, 1], 32],
    [[5, 11, 9, 3], 16],
    [[2, 7, 8, 2], 16],
    [[1, 2, 3, 4], 32],
  ])('%j, %i filters', (shape, filters) => {
    const given = inputs(shape, filters);
    for (const tail of [[], [relu], [pool], [relu, pool], [pool, relu]]) {
      const [program, exact] = [new Program({ variables: [] }), step(...tail)(given)['y']!];
      const y = program.compile(step(...tail))(given)['y']!;
      expect(y.shape).toEqual(exact.shape);
      const largest = (x: tf.Tensor): number => tf.max(tf.abs(x)).dataSync()[0]!;
      expect(largest(tf.sub(y, exact)) / largest(exact)).toBeLessThan(1e-5);
      program.dispose();
    }
  });

  test.each([16, 1])('a value that is not finite stays visible, %i channels', (channels) => {
    const given = inputs([4, 8, 8, channels], 16);
    const program = new Program({ variables: [] });
    const x = tf.mul(given['x']!, NaN);
    expect(
      program
        .compile(step(relu))({ ...given, x })
        ['y']!.dataSync()[0],
    ).toBeNaN();
    program.dispose();
  });
});

describe('what becomes one', () => {
  const opsOf = (step: Step, given: Named): string[] => {
    const recorder = new Recorder('r');
    for (const [name, x] of Object.entries(given)) recorder.declare(x, `${name}:0`);
    let results = new Set<string>();
    recorder.record(() =>
      tf.tidy(() => void (results = new Set(Object.values(step(given)).map((y) => recorder.edgeOf(y))))),
    );
    return fuseOwnConvolutions(withOwnKernels(recorder.nodes, recorder.shapes), recorder.shapes, results)
      .map(({ op, attr }) => (attr['relu'] ? `fused${attr['relu'].b ? ' relu' : ''}${attr['pool']!.b ? ' pool' : ''}` : op))
      .filter((op) => op !== 'Const');
  }; // prettier-ignore
  const given = inputs([4, 8, 8, 16], 16);

  test.each<[string, Step, string[]]>([
    ['bias', step(), ['fused']],
    ['ReLU', step(relu), ['fused relu']],
    ['pooling, then ReLU', step(pool, relu), ['fused relu pool']],
    ['ReLU, then pooling, then another', step(relu, pool, pool), ['fused relu pool', 'MaxPool']],
    ['pooling of 3×3 stays', step((y) => tf.maxPool(y, 3, 2, 'valid')), ['fused', 'MaxPool']],
    ['overlapping pooling stays', step((y) => tf.maxPool(y, 2, 1, 'valid')), ['fused', 'MaxPool']],
    ['pooling over the edge stays', step((y) => tf.maxPool(y, 2, 2, 'same')), ['fused', 'MaxPool']],
  ])('%s', (_, step, ops) => {
    expect(opsOf(step, given)).toEqual(ops);
  });

  test('what is read from outside, or by something else, stays', () => {
    const sum = (given: Named): tf.Tensor => step()(given)['y']!;
    const outside: Step = (given) => {
      const y = sum(given);
      return { y, positive: tf.relu(y) };
    };
    expect(opsOf(outside, given)).toEqual(['fused', 'Relu']);
    const twice: Step = (given) => {
      const y = sum(given);
      return { y: tf.sub(tf.relu(y), y) };
    };
    expect(opsOf(twice, given)).toEqual(['fused', 'Relu', 'Sub']);
  });

  test('a convolution of images is TensorFlow’s where its kernel is another or it has other filters', () => {
    expect(opsOf(step(relu), inputs([4, 8, 8, 1], 16))).toEqual(['fused relu']);
    expect(opsOf(step(relu), inputs([4, 8, 8, 1], 10))).toEqual(['Conv2D', 'BiasAdd', 'Relu']);
    expect(opsOf(step(relu), inputs([4, 8, 8, 5], 16))).toEqual(['Conv2D', 'BiasAdd', 'Relu']);
  });
});
