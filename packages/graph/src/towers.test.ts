import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { inTowers } from './towers.ts';

const x = tf.tensor2d([[1], [2], [3], [4]]); // prettier-ignore

test('each tower gets its part, and results are averaged', () => {
  const parts: number[][] = [];
  const { mean } = inTowers(2, { x }, ({ x }) => {
    parts.push([...x!.dataSync()]);
    return { mean: tf.mean(x!) };
  });
  expect(parts).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  expect(mean.dataSync()[0]).toBe(2.5);
});

test('a batch that does not divide evenly stays whole', () => {
  const seen: number[][] = [];
  inTowers(3, { x }, ({ x }) => {
    seen.push(x!.shape);
    return { sum: tf.sum(x!) };
  });
  expect(seen).toEqual([[4, 1]]);
});
