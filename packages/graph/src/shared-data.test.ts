import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { Program } from './program.ts';
import type { Named } from './trace.ts';

/** The first value of `y`. */
const valueOf = ({ y }: Named): number => y!.dataSync()[0]!;
const scalar = tf.scalar;

test.each([
  ['one tensor', (s: tf.Tensor) => s],
  ['a clone', (s: tf.Tensor) => tf.clone(s)],
  ['a reshape', (s: tf.Tensor) => tf.reshape(s, [])],
])('%s for two inputs does not wire them together', (_, other) => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ a, b }) => ({ y: tf.sub(a!, b!) }));
  const s = scalar(1);
  expect(valueOf(run({ a: s, b: other(s) }))).toBe(0);
  expect(valueOf(run({ a: scalar(5), b: scalar(3) }))).toBe(2);
  program.dispose();
});

test('an input that shares data with a variable is not taken for it, nor the variable for the input', () => {
  const w = tf.variable(scalar(2));
  const program = new Program({ variables: [w] });
  const run = program.compile(({ x }) => ({ y: tf.add(tf.mul(x!, 10), w) }));
  expect(valueOf(run({ x: w }))).toBe(22);
  expect(valueOf(run({ x: scalar(3) }))).toBe(32);
  program.dispose();
});

test('an input that shares data with resident data is not taken for it', () => {
  const table = scalar(2);
  const program = new Program({ variables: [], resident: [table] });
  const run = program.compile(({ x }) => ({ y: tf.add(tf.mul(x!, 10), table) }));
  expect(valueOf(run({ x: table }))).toBe(22);
  expect(valueOf(run({ x: scalar(3) }))).toBe(32);
  program.dispose();
});

test('a variable made from resident data is not read as it', () => {
  const init = scalar(1);
  const w = tf.variable(init);
  const program = new Program({ variables: [w], resident: [init] });
  const run = program.compile(() => {
    w.assign(tf.add(w, init));
    return { y: tf.sub(w, init) };
  });
  expect([1, 2, 3].map(() => valueOf(run({})))).toEqual([1, 2, 3]);
  program.dispose();
});

test('a tensor from which a variable was made is not taken for the variable, but refused', () => {
  const init = scalar(1);
  const program = new Program({ variables: [tf.variable(init)] });
  expect(() => program.compile(() => ({ y: tf.neg(init) }))({})).toThrow(/made before the step/);
});

test.each(['bool', 'int32', 'float32'] as const)('two variables of type %s made from one tensor are two', (dtype) => {
  const init = tf.tensor1d([0, 1], dtype);
  const [a, b] = [tf.variable(init), tf.variable(init)];
  const program = new Program({ variables: [a, b] });
  const run = program.compile(({ x }) => {
    a.assign(tf.cast(x as tf.Tensor1D, dtype));
    return { a: tf.cast(a, 'int32'), b: tf.cast(b, 'int32') };
  });
  for (let call = 0; call < 2; call++) {
    const results = run({ x: tf.tensor1d([1, 0], 'int32') });
    expect([...results['a']!.dataSync()]).toEqual([1, 0]);
    expect([...results['b']!.dataSync()]).toEqual([0, 1]);
  }
  program.dispose();
});

test('after dispose a step is traced anew', () => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ x }) => ({ y: tf.mul(x!, x!.shape[0]!) }));
  expect(valueOf(run({ x: tf.ones([2]) }))).toBe(2);
  program.dispose();
  expect(valueOf(run({ x: tf.ones([3]) }))).toBe(3);
  expect(valueOf(run({ x: tf.ones([2]) }))).toBe(2);
  program.dispose();
});

test('strings made in a step keep their letters', () => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ x }) => ({ y: tf.equal(x!, tf.tensor1d(['a', 'β'])) }));
  expect([...run({ x: tf.tensor1d(['a', 'β']) })['y']!.dataSync()]).toEqual([1, 1]);
  expect([...run({ x: tf.tensor1d(['b', 'β']) })['y']!.dataSync()]).toEqual([0, 1]);
  program.dispose();
});

test('the mean of bool and int32 is a graph like any other', () => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ a, b }) => ({ y: tf.mean(tf.equal(a!, b!)), ints: tf.mean(a!) }));
  const [a, b] = [tf.tensor1d([1, 2, 3, 5], 'int32'), tf.tensor1d([1, 2, 3, 4], 'int32')];
  expect(valueOf(run({ a, b }))).toBe(0.75);
  expect(run({ a, b })['ints']!.dataSync()[0]).toBe(2.75);
  program.dispose();
});
