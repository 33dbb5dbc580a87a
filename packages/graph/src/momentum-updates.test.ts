import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { DataType, type Node } from './graph-def.ts';
import { momentumUpdates, type Update } from './momentum-updates.ts';
import { Program } from './program.ts';
import type { SessionVariable } from './session-variable.ts';

const float = { T: { type: DataType.FLOAT } };
const node = (name: string, op: string, ...input: string[]): Node => ({ name, op, input, attr: float });
const update = (name: string, edge: string): Update => ({
  variable: { handle: name } as SessionVariable,
  read: `read-${name}`,
  edge,
});
const scalars = new Set(['c:0', 'lr:0']);
const shapeOf = (edge: string): number[] => (scalars.has(edge) ? [] : [2, 2]);
const narrow =
  (...names: string[]) =>
  (edge: string): number[] =>
    names.includes(edge) ? [1, 2] : shapeOf(edge);

const kept = node('kept', 'Mul', 'read-v:0', 'c:0');
const velocity = node('velocity', 'Add', 'kept:0', 'g:0');
const step = node('step', 'Mul', 'lr:0', 'velocity:0');
const weight = node('weight', 'Sub', 'read-w:0', 'step:0');
const updates = [update('w', 'weight:0'), update('v', 'velocity:0'), update('mean', 'other:0')];

test('momentum becomes one op; other updates stay', () => {
  const { nodes, rest } = momentumUpdates('s', [kept, velocity, step, weight], updates, shapeOf);
  expect(nodes.map(({ op, input }) => [op, ...input])).toEqual([
    ['ResourceApplyMomentum', 'w', 'v', 'lr:0', 'g:0', 'c:0', '^read-w', '^read-v'],
  ]);
  expect(rest).toEqual([updates[2]]);
});

test('factors may stand on either side', () => {
  const turned = [
    node('kept', 'Mul', 'c:0', 'read-v:0'),
    node('velocity', 'Add', 'g:0', 'kept:0'),
    node('step', 'Mul', 'velocity:0', 'lr:0'),
    weight,
  ];
  const { nodes } = momentumUpdates('s', turned, updates, shapeOf);
  expect(nodes[0]!.input.slice(0, 5)).toEqual(['w', 'v', 'lr:0', 'g:0', 'c:0']);
});

test.each([
  ['a weight that adds the step', [kept, velocity, step, node('weight', 'Add', 'read-w:0', 'step:0')]],
  ['a rate for each value', [kept, velocity, node('step', 'Mul', 'rates:0', 'velocity:0'), weight]],
  ['Nesterov', [kept, velocity, node('ahead', 'Add', 'g:0', 'x:0'), node('step', 'Mul', 'lr:0', 'ahead:0'), weight]],
  ['a velocity that is not kept', [velocity, step, weight]],
])('left as it is: %s', (_, nodes) => {
  expect(momentumUpdates('s', nodes, updates, shapeOf)).toEqual({ nodes: [], rest: updates });
});

test.each([
  ['a velocity that is spread over the weight', narrow('velocity:0', 'kept:0', 'step:0', 'g:0')],
  ['a gradient that is spread over the velocity', narrow('g:0')],
])('left as it is: %s', (_, shapeOf) => {
  const nodes = [kept, velocity, step, weight];
  expect(momentumUpdates('s', nodes, updates, shapeOf)).toEqual({ nodes: [], rest: updates });
});

test('one velocity for all rows of a weight computes what eager tfjs does', () => {
  const [w, v] = [tf.variable(tf.ones([2, 2])), tf.variable(tf.zeros([1, 2]), false)];
  const program = new Program({ variables: [w, v] });
  const run = program.compile(({ g, lr }) => {
    v.assign(tf.add(tf.mul(v, 0.5), g!));
    w.assign(tf.sub(w, tf.mul(lr!, v)));
    return {};
  });
  for (let k = 0; k < 2; k++) run({ g: tf.tensor2d([[1, 2]]), lr: tf.scalar(1) });
  program.pull();
  program.dispose();
  expect([...v.dataSync()]).toEqual([1.5, 3]);
  expect([...w.dataSync()]).toEqual([-1.5, -4, -1.5, -4]);
});
