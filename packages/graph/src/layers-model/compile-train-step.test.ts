import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { compileTrainStep } from './compile-train-step.ts';

const net = (): tf.LayersModel =>
  tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: 'ones' })] });
const batch = (k: number) => ({ x: tf.randomUniform([8, 3], -1, 1, 'float32', k), y: tf.randomUniform([8, 1], -1, 1, 'float32', -k) }); // prettier-ignore
const kernelOf = (model: tf.LayersModel): number[] => [...model.getWeights()[0]!.dataSync()];

test('a step gives the losses of trainOnBatch; pull, push and dispose move the weights', async () => {
  const [eager, model] = [net(), net()];
  eager.compile({ optimizer: tf.train.adam(0.1), loss: 'meanSquaredError' });
  const step = compileTrainStep(model, tf.train.adam(0.1), 'meanSquaredError');
  for (let k = 1; k <= 4; k++) {
    const { x, y } = batch(k);
    expect(step(x, y).dataSync()[0]).toBeCloseTo((await eager.trainOnBatch(x, y)) as number, 5);
  }
  expect(kernelOf(model)).toEqual([1, 1, 1]);
  step.pull();
  kernelOf(eager).forEach((value, k) => expect(kernelOf(model)[k]).toBeCloseTo(value, 5));

  const { x, y } = batch(5);
  model.setWeights([tf.zeros([3, 1]), tf.zeros([1])]);
  step.push();
  expect(step(x, y).dataSync()[0]).toBeCloseTo(tf.mean(tf.square(y)).dataSync()[0]!, 5);
  step.dispose();
  expect(kernelOf(model).every((value) => value !== 0)).toBe(true);
});

test('inputs that the model does not have are counted', () => {
  const step = compileTrainStep(net(), tf.train.sgd(0.1), 'meanSquaredError');
  const { x, y } = batch(1);
  expect(() => step([x, x], y)).toThrow(/1 input\(s\), .*_input: .* Received: 2\./);
  step.dispose();
});
