import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { GraphError } from './graph-error.ts';
import { Program } from './program.ts';
import type { Named, Step } from './trace.ts';

const outside = tf.tensor1d([1, 2, 3]);
let calls = 0;

const refused: [what: string, code: string, words: RegExp, step: Step][] = [
  ['a value read in mid-step', 'GRAPH_VALUE_READ', /reads a tensor's value/, ({ x }) => ({ y: tf.mul(x!, x!.dataSync()[0]!) })],
  ['a tensor made before the step', 'GRAPH_UNDECLARED', /op Mul \(inside tf\.mul\)/, ({ x }) => ({ y: tf.mul(x!, outside.mul(1)) })],
  ['dropout drawn in JavaScript', 'GRAPH_RANDOM', /tf\.dropout draws/, ({ x }) => ({ y: tf.dropout(x!, 0.5) })],
  ['a seeded draw, the same at every step', 'GRAPH_RANDOM', /tf\.randomNormal draws/, ({ x }) => ({ y: tf.add(x!, tf.randomNormal([3], 0, 1, 'float32', 1)) })],
  ['a number that changes', 'GRAPH_VALUE_CHANGES', /read by Mul/, ({ x }) => ({ y: tf.mul(x!, calls++) })],
  ['control flow that changes', 'GRAPH_CONTROL_FLOW', /Square in the first, Sqrt|Sqrt in the first, Square/, ({ x }) => ({ y: calls++ % 2 ? tf.square(x!) : tf.sqrt(x!) })],
  ['an option of an op that changes', 'GRAPH_VALUE_CHANGES', /option alpha of LeakyRelu differs/, ({ x }) => ({ y: tf.leakyRelu(x!, calls++ / 100) })],
  ['a type that changes', 'GRAPH_VALUE_CHANGES', /option DstT of Cast differs/, ({ x }) => ({ y: tf.cast(x!, calls++ % 2 ? 'int32' : 'bool') })],
  ['a shape made in JavaScript that changes', 'GRAPH_VALUE_CHANGES', /read by/, ({ x }) => ({ y: tf.concat([x!, tf.zeros([1 + (calls++ % 2)])]) })],
  ['names of results that change', 'GRAPH_CONTROL_FLOW', /different results: [ab] in the first, [ab] in/, ({ x }) => (({ [calls++ % 2 ? "a" : "b"]: tf.neg(x!) }))],
  ['a tensor that is disposed of', 'GRAPH_DISPOSED', /The op Multiply \(inside tf\.mul\) reads a tensor \[2\]/, ({ x }) => { const gone = tf.tensor1d([1, 2]); gone.dispose(); return { y: tf.mul(x!, gone) }; }],
  ['a result that is not of the step', 'GRAPH_UNDECLARED', /result of the step/, () => ({ y: outside })],
]; // prettier-ignore

describe('refused, with what to do', () => {
  test.each(refused)('%s', (_, code, words, step) => {
    outside.mul(1).dispose(); // so that the tensor is in TensorFlow already
    const program = new Program({ variables: [] });
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([1, 2, 3]);
    let error: unknown;
    try {
      program.compile(step)({ x });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('after a refusal tfjs works as before, and a variable has its old value', () => {
  const w = tf.variable(tf.scalar(2));
  const program = new Program({ variables: [w] });
  const step: Step = () => {
    w.assign(tf.mul(w, 2));
    return { y: tf.randomUniform([1]) };
  };
  expect(() => program.compile(step)({})).toThrow(GraphError);
  expect(w.dataSync()[0]).toBe(2);
  expect(tf.tidy(() => tf.randomUniform([4]).shape)).toEqual([4]);
  w.dispose();
});

test('a compiled step cannot be called inside another', () => {
  const program = new Program({ variables: [] });
  const inner = program.compile(() => ({ y: tf.add(tf.scalar(1), 1) }));
  inner({});
  expect(() => program.compile(() => inner({}))({})).toThrow(/called inside a step/);
  program.dispose();
});

test.each<[what: string, code: string, words: RegExp, step: unknown]>([
  ['async', 'GRAPH_ASYNC', /is async/, async ({ x }: Named) => ({ y: tf.add(x!, await Promise.resolve(1)) })],
  ['async, and failing', 'GRAPH_ASYNC', /is async/, () => Promise.reject(new Error('nobody waits for this'))],
  ['a number', 'GRAPH_RESULT', /"y" .* must be a tensor. Received: 3\./, () => ({ y: 3 })],
  ['nested', 'GRAPH_RESULT', /"y" .* Received: an object of a, b\./, ({ x }: Named) => ({ y: { a: x, b: x } })],
  ['nothing', 'GRAPH_RESULT', /by name. Received: undefined/, () => undefined],
  ['one tensor', 'GRAPH_RESULT', /by name. Received: a single tensor/, ({ x }: Named) => x],
  ['disposed of', 'GRAPH_RESULT', /"y" .* disposed of/, ({ x }: Named) => { const y = tf.neg(x!); y.dispose(); return { y }; }],
])('a result that is %s', (_, code, words, step) => {
  const program = new Program({ variables: [] });
  const run = () => program.compile(step as Step)({ x: tf.scalar(1) });
  expect(run).toThrow(expect.objectContaining({ name: 'GraphError', code, message: expect.stringMatching(words) }));
}); // prettier-ignore

test('an input that is no tensor, or one disposed of, is named, at the first call and later', () => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ x }) => ({ y: tf.neg(x!) })) as (inputs: unknown) => Named;
  const refuses = (x: unknown, words: RegExp) =>
    expect(() => run({ x })).toThrow(
      expect.objectContaining({ code: 'GRAPH_INPUT', message: expect.stringMatching(words) }),
    );
  const gone = tf.scalar(1);
  gone.dispose();
  for (let call = 0; call < 2; call++) {
    refuses(5, /The input "x" of the step must be a tensor. Received: 5\./);
    refuses([1], /Received: an array/);
    refuses(gone, /disposed of/);
    run({ x: tf.scalar(1) });
  }
  program.dispose();
});

test('a variable that is not declared is named, whether the step reads or assigns it', () => {
  const counter = tf.variable(tf.scalar(0), false, 'my-counter');
  tf.add(counter, 1).dispose(); // so that it is in TensorFlow already
  const program = new Program({ variables: [] });
  const named = expect.objectContaining({ code: 'GRAPH_UNDECLARED', message: expect.stringContaining('"my-counter"') });
  expect(() => program.compile(() => ({ y: tf.add(counter, 1) }))({})).toThrow(named);
  expect(() => program.compile(() => ({ y: counter }))({})).toThrow(named);
  expect(() =>
    program.compile(({ x }) => (counter.assign(x as tf.Scalar), { y: tf.neg(x!) }))({ x: tf.scalar(7) }),
  ).toThrow(named);
  expect(counter.dataSync()[0]).toBe(0);
  counter.assign(tf.scalar(3));
  expect(counter.dataSync()[0]).toBe(3);
  counter.dispose();
});

test('variables and resident data that are disposed of are named', () => {
  const [w, table] = [tf.variable(tf.scalar(2), true, 'my-weight'), tf.scalar(1)];
  const read = (program: Program) => () => program.compile(({ x }) => ({ y: tf.add(x!, 1) }))({ x: tf.scalar(1) });
  const reads = [new Program({ variables: [w] }), new Program({ variables: [], resident: [table] })].map(read);
  tf.dispose([w, table]);
  expect(reads[0]).toThrow(/reads the variable "my-weight" that is disposed of/);
  expect(reads[1]).toThrow(/reads a tensor \[\] that is disposed of/);
});

test('a step may dispose of its inputs, which the caller keeps', () => {
  const program = new Program({ variables: [] });
  const run = program.compile(({ x }) => {
    const y = tf.neg(x!);
    x!.dispose();
    return { y };
  });
  const x = tf.scalar(3);
  expect([0, 1].map(() => run({ x })['y']!.dataSync()[0])).toEqual([-3, -3]);
  expect(x.isDisposed).toBe(false);
  program.dispose();
});
