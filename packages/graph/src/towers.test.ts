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

test.each([0, -1, 1.5, NaN])('%d towers are refused', (towers) => {
  expect(() => inTowers(towers, { x }, ({ x }) => ({ sum: tf.sum(x!) }))).toThrow(/whole number of at least 1/);
});

test('what is no tensor is named, among the inputs and the results', () => {
  const gone = tf.zeros([4]);
  gone.dispose();
  expect(() => inTowers(2, { gone }, ({ gone }) => ({ y: gone! }))).toThrow(/input "gone" .* disposed of/);
  expect(() => inTowers(2, { n: 4 as never }, ({ n }) => ({ y: n! }))).toThrow(/input "n" .* Received: 4/);
  expect(() => inTowers(2, { x }, ({ x }) => ({ y: { x } as never }))).toThrow(/result "y" .* an object of x/);
  expect(() => inTowers<{ [name: string]: tf.Tensor }>(2, { x }, ({ x }, k) => ({ [`y${k}`]: x! }))).toThrow(
    /the same results. Received: y0 of the first, y1 of another/,
  );
});

test('the mean of booleans and of whole numbers is a fraction', () => {
  const { hit, count } = inTowers(2, { x }, ({ x }) => ({
    hit: tf.any(tf.greater(x!, 3)),
    count: tf.sum(tf.cast(tf.greater(x!, 3), 'int32')),
  }));
  expect([hit.dataSync()[0], count.dataSync()[0]]).toEqual([0.5, 0.5]);
});
