import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { stepRandom } from './step-random.ts';

const draw = (seed: number, step: number, draws = 1): number[] =>
  tf.tidy(() => {
    const random = stepRandom(tf.tensor1d([seed, step], 'int32'));
    let numbers = random.uniform([1000]);
    for (let k = 1; k < draws; k++) numbers = random.uniform([1000]);
    return [...numbers.dataSync()];
  });

test('numbers are even in [0, 1)', () => {
  const numbers = draw(1, 1);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const mean = numbers.reduce((a, b) => a + b) / 1000;
  expect(mean).toBeGreaterThan(0.46);
  expect(mean).toBeLessThan(0.54);
});

test('normal numbers have mean 0 and standard deviation 1', () => {
  const { mean, variance } = tf.moments(stepRandom(tf.tensor1d([1, 1], 'int32')).normal([10_000]));
  expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.05);
  expect(Math.abs(variance.dataSync()[0]! - 1)).toBeLessThan(0.05);
});

test('seed, step and the order of calls decide the numbers', () => {
  const streams = [draw(1, 1), draw(1, 2), draw(2, 1), draw(1, 1, 2), draw(2, 1, 2)].map(String);
  expect(new Set(streams).size).toBe(5);
  expect(String(draw(1, 1))).toBe(streams[0]);
});
