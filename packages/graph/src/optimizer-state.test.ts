import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, test } from 'vitest';
import { optimizerState } from './optimizer-state.ts';
import { Program } from './program.ts';

afterEach(() => tf.disposeVariables());

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  rmsprop: () => tf.train.rmsprop(0.1),
  'rmsprop with momentum': () => tf.train.rmsprop(0.1, 0.9, 0.9),
  'centred rmsprop': () => tf.train.rmsprop(0.1, 0.9, 0, undefined, true),
};

function setUp(make: () => tf.Optimizer) {
  const weights = [tf.variable(tf.tensor2d([[1, 2], [3, 4]])), tf.variable(tf.tensor1d([0.5, -0.5]))] as const; // prettier-ignore
  const [kernel, bias] = weights;
  const optimizer = make();
  const step = ({ x }: Record<string, tf.Tensor>) => {
    const loss = () => tf.mean(tf.square(tf.add(tf.matMul(x!, kernel), bias))) as tf.Scalar;
    return { loss: optimizer.minimize(loss, true, [...weights])! };
  };
  const values = () => weights.flatMap((w) => [...w.dataSync()]);
  return { weights, optimizer, step, values };
}
const batch = (k: number) => tf.tensor2d([[k, 1], [-1, k / 2]]); // prettier-ignore

test.each(Object.entries(optimizers))('%s: compiled updates equal eager ones', (_, make) => {
  const eager = setUp(make);
  for (let k = 1; k <= 5; k++) tf.tidy(() => eager.step({ x: batch(k) }));

  const { weights, optimizer, step, values } = setUp(make);
  const state = optimizerState(optimizer, weights);
  const program = new Program({ variables: [...weights, ...state.variables], resident: state.resident });
  const run = program.compile(step);
  for (let k = 1; k <= 5; k++) run({ x: batch(k) });
  program.pull();
  program.dispose();
  values().forEach((value, k) => expect(value).toBeCloseTo(eager.values()[k]!, 5));
});

test.each(Object.entries(optimizers))('%s: weights, and slots that there are, do not change', (_, make) => {
  const { weights, optimizer, step, values } = setUp(make);
  const initial = values();
  expect(optimizerState(optimizer, weights)).toEqual(optimizerState(optimizer, weights));
  expect(values()).toEqual(initial);
  for (let k = 1; k <= 3; k++) tf.tidy(() => step({ x: batch(k) }));
  const slots = () => optimizerState(optimizer, weights).variables.map((v) => [...v.dataSync()]);
  const numTensors = tf.memory().numTensors;
  const [trained, first] = [values(), slots()];
  expect(slots()).toEqual(first);
  expect(values()).toEqual(trained);
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(optimizer.iterations).toBe(3);
});
