import { crossEntropyLoss } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { Learner } from '../learner.ts';
import { createNetwork, type Network } from '../network.ts';
import { bars, blocks, learnerOptions, smallNetwork } from '../testing/index.ts';
import { distilledLoss, softTargets } from './distillation.ts';

afterAll(() => tf.disposeVariables());

/** Answers every image with these logits. */
function always(logits: readonly number[]): Network {
  const inputs = tf.input({ shape: [2, 2, 1] });
  const dense = tf.layers.dense({ units: logits.length, kernelInitializer: 'zeros' });
  const model = tf.model({ inputs, outputs: dense.apply(tf.layers.flatten().apply(inputs)) as tf.SymbolicTensor });
  dense.setWeights([dense.getWeights()[0]!, tf.tensor1d([...logits])]);
  return createNetwork(model);
}

const softmax = (logits: readonly number[], temperature: number): number[] => {
  const powers = logits.map((x) => Math.exp(x / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((x) => x / sum);
};

const [first, second, student] = [[4, 1, 0], [0, 2, -1], [1, 0.5, 2]] as const; // prettier-ignore

test.each([1, 2, 5])('targets are the mean of the teachers’ softmax, at temperature %i', (temperature) => {
  const teachers = [always(first), always(second)];
  const soft = softTargets(tf.ones([2, 2, 2, 1]), { teachers, temperature, weight: 1 });
  const mean = softmax(first, temperature).map((p, k) => (p + softmax(second, temperature)[k]!) / 2);
  expect(soft.shape).toEqual([2, 3]);
  [...soft.dataSync()].forEach((p, k) => expect(p).toBeCloseTo(mean[k % 3]!, 5));
});

test.each([
  [1, 1],
  [3, 0.7],
  [3, 0],
])('the loss at temperature %f and weight %f, by hand', (temperature, weight) => {
  const soft = softmax(first, temperature);
  const found = distilledLoss(crossEntropyLoss(0, undefined), tf.tensor2d([soft]), {
    teachers: [],
    temperature,
    weight,
  })(tf.tensor2d([[...student]]), tf.tensor1d([2], 'int32'), { training: true });
  const answer = softmax(student, temperature);
  const divergence = soft.reduce((sum, p, k) => sum + p * Math.log(p / answer[k]!), 0);
  const expected = weight * temperature ** 2 * divergence - (1 - weight) * Math.log(softmax(student, 1)[2]!);
  expect(found.dataSync()[0]).toBeCloseTo(expected, 4);
});

test('a student that answers as its teacher has nothing to learn', () => {
  const distillation = { teachers: [always(first)], temperature: 4, weight: 1 };
  const soft = softTargets(tf.ones([1, 2, 2, 1]), distillation);
  const loss = distilledLoss(crossEntropyLoss(0, undefined), soft, distillation);
  const gradient = tf.grad((x) => loss(x, tf.tensor1d([0], 'int32'), { training: true }));
  for (const g of gradient(tf.tensor2d([[...first]])).dataSync()) expect(g).toBeCloseTo(0, 6);
});

test('labels that are wrong do no harm with a teacher that knows better, whose weights do not change', async () => {
  const train = bars(320, 1);
  const val = bars(64, 2);
  const options = { ...learnerOptions, batchSize: 16 };
  const teacher = smallNetwork(blocks['cnn']!, 3);
  const school = new Learner(teacher, { train, val }, options);
  for (let epoch = 1; epoch <= 3; epoch++) await school.trainEpoch({ epoch, lrAt: () => 0.05 });
  expect((await school.validate()).accuracy).toBeGreaterThan(0.95);
  school.pull();
  school.dispose();
  const before = teacher.variables.flatMap((v) => [...v.dataSync()]);

  const labels = tf.tensor1d(
    Int32Array.from(train.classes, (label) => (label + 1) % 4),
    'int32',
  );
  const distill = { teachers: [teacher], temperature: 2, weight: 1 };
  const student = new Learner(
    smallNetwork(blocks['cnn']!, 4),
    { train: { ...train, labels }, val },
    { ...options, distill },
  );
  for (let epoch = 1; epoch <= 4; epoch++) await student.trainEpoch({ epoch, lrAt: () => 0.02 });
  expect((await student.validate()).accuracy).toBeGreaterThan(0.95);
  student.dispose();
  expect(teacher.variables.flatMap((v) => [...v.dataSync()])).toEqual(before);
});
