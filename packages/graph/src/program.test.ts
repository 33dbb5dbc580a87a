import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Program } from './program.ts';
import type { Named, Step } from './trace.ts';

let w: tf.Variable;
let velocity: tf.Variable;

beforeEach(() => {
  w = tf.variable(tf.tensor2d([[1, 2], [3, 4]])); // prettier-ignore
  velocity = tf.variable(tf.zeros([2, 2]), false);
});
afterEach(() => tf.disposeVariables());

/** SGD with momentum on the mean square of x·w. */
const step: Step = ({ x, lr }) => {
  const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.matMul(x!, w))) as tf.Scalar, [w]);
  velocity.assign(tf.add(tf.mul(velocity, 0.9), grads[w.name]!));
  w.assign(tf.sub(w, tf.mul(lr!, velocity)));
  return { loss: value };
};

const inputs = (rows: number): Named => ({
  x: tf.tensor2d(
    Array.from({ length: rows * 2 }, (_, k) => (k + 1) / 10),
    [rows, 2],
  ),
  lr: tf.scalar(0.1),
});

/** Runs the step on batches of these sizes, and frees everything but the numbers. */
function losses(run: (inputs: Named) => Named, batches: readonly number[]): number[] {
  return batches.map((rows) => {
    const given = inputs(rows);
    const results = run(given);
    const [loss] = results['loss']!.dataSync();
    tf.dispose([given, results]);
    return loss!;
  });
}

const BATCHES = [2, 2, 3, 2, 2, 3];

test('compiled steps compute what eager ones do, whatever the batch size', () => {
  const program = new Program({ variables: [w, velocity] });
  const compiled = losses(program.compile(step), BATCHES);
  program.pull();
  const trained = w.dataSync().slice();
  program.dispose();

  w.assign(tf.tensor2d([[1, 2], [3, 4]])); // prettier-ignore
  velocity.assign(tf.zeros([2, 2]));
  expect(compiled).toEqual(losses((given) => tf.tidy(() => step(given)), BATCHES));
  expect([...trained]).toEqual([...w.dataSync()]);
});

test('a graph is made once for each set of shapes', () => {
  const program = new Program({ variables: [w, velocity] });
  const run = program.compile(step);
  losses(run, [2]);
  const nodes = program.numNodes;
  losses(run, [2, 2]);
  expect(program.numNodes).toBe(nodes);
  losses(run, [3]);
  expect(program.numNodes).toBeGreaterThan(nodes);
  program.dispose();
});

test('memory stays constant over steps, and dispose leaves nothing but the variables', () => {
  const before = tf.memory().numTensors;
  const program = new Program({ variables: [w, velocity] });
  const run = program.compile(step);
  losses(run, [2, 3]);
  const after = tf.memory().numTensors;
  losses(run, Array(50).fill(2));
  program.pull();
  expect(tf.memory().numTensors).toBe(after);
  program.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('push makes the steps go on from the variables', () => {
  const program = new Program({ variables: [w, velocity] });
  const run = program.compile(step);
  const [first] = losses(run, [2, 2, 2]);
  w.assign(tf.tensor2d([[1, 2], [3, 4]])); // prettier-ignore
  velocity.assign(tf.zeros([2, 2]));
  program.push();
  expect(losses(run, [2])).toEqual([first]);
  program.dispose();
});

test('two steps share the state', () => {
  const program = new Program({ variables: [w, velocity] });
  const train = program.compile(step);
  const norm = program.compile(() => ({ norm: tf.sum(tf.square(w)) }));
  const read = (): number => {
    const results = norm({});
    const [value] = results['norm']!.dataSync();
    tf.dispose(results);
    return value!;
  };
  expect(read()).toBe(30);
  losses(train, [2]);
  expect(read()).toBeLessThan(30);
  program.dispose();
});

test('variables can be exchanged: each is read before it is assigned', () => {
  const program = new Program({ variables: [w, velocity] });
  const swap = program.compile(() => {
    const old = tf.mul(w, 1);
    w.assign(tf.mul(velocity, 1));
    velocity.assign(old);
    return {};
  });
  for (let k = 0; k < 3; k++) swap({});
  program.pull();
  expect([...w.dataSync()]).toEqual([0, 0, 0, 0]);
  expect([...velocity.dataSync()]).toEqual([1, 2, 3, 4]);
  program.dispose();
});

test('resident data is read in the session', () => {
  const table = tf.tensor2d([[1, 1], [2, 2], [3, 3]]); // prettier-ignore
  const program = new Program({ variables: [], resident: [table] });
  const take = program.compile(({ rows }) => ({ taken: tf.gather(table, rows as tf.Tensor1D) }));
  const { taken } = take({ rows: tf.tensor1d([2, 0], 'int32') });
  expect(taken!.arraySync()).toEqual([[3, 3], [1, 1]]); // prettier-ignore
  program.dispose();
});

test('a variable made from another one is one of its own', () => {
  const average = tf.variable(w, false);
  const program = new Program({ variables: [w, average] });
  const update = program.compile(() => {
    w.assign(tf.add(w, 1));
    return { distance: tf.sum(tf.sub(w, average)) };
  });
  const distances = [1, 2, 3].map(() => update({})['distance']!.dataSync()[0]);
  expect(distances).toEqual([4, 8, 12]);
  program.dispose();
});

test('graphs are kept where the environment says', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kept-'));
  vi.stubEnv('TFJS_GRAPH_DIR', dir);
  const program = new Program({ variables: [w, velocity] });
  losses(program.compile(step), [2, 3]);
  program.dispose();
  vi.unstubAllEnvs();
  expect(readdirSync(dir)).toEqual(['graph-1.pb', 'graph-2.pb']);
  rmSync(dir, { recursive: true });
});
