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

test.each([1, 2])('inputs of unequal length are refused, whatever the number of towers: %d', (towers) => {
  const run = (other: tf.Tensor) => () => inTowers(towers, { x, other }, ({ x }) => ({ sum: tf.sum(x!) }));
  expect(run(tf.zeros([6, 2]))).toThrow(/one length. Received: x \[4, 1\], other \[6, 2\]\./);
  expect(run(tf.scalar(1))).toThrow(expect.objectContaining({ code: 'GRAPH_TOWERS' }));
});

test('a body without inputs runs whole', () => {
  expect(inTowers(2, {}, () => ({ one: tf.scalar(1) })).one.dataSync()[0]).toBe(1);
});
