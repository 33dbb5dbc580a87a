import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { backends } from '../testing/backends.ts';
import { crossEntropy, smoothLabels } from './cross-entropy.ts';

describe.each(backends)('on %s', (backend) => {
  beforeEach(async () => void (await tf.setBackend(backend)));
  const logits = [[2, 0, 0], [0, 1, 0]]; // prettier-ignore
  // By hand: −log(e²/(e²+2)) and −log(1/(e+2)).
  const losses = [Math.log(Math.exp(2) + 2) - 2, Math.log(Math.E + 2)];

  test('cross-entropy is the mean of −log p of the labels', () => {
    const loss = crossEntropy(tf.tensor2d(logits), tf.tensor1d([0, 2], 'int32'));
    expect(loss.dataSync()[0]).toBeCloseTo((losses[0]! + losses[1]!) / 2, 5);
  });

  test('distributions that are certain give the same loss, and the same gradient: softmax − target, over n', () => {
    const gradient = (labels: tf.Tensor): number[] => [
      ...tf
        .grad((x) => crossEntropy(x, labels))(tf.tensor2d(logits))
        .dataSync(),
    ];
    const certain = tf.tensor2d([[1, 0, 0], [0, 0, 1]]); // prettier-ignore
    const expected = [...tf.div(tf.sub(tf.softmax(tf.tensor2d(logits)), certain), 2).dataSync()];
    for (const found of [gradient(tf.tensor1d([0, 2], 'int32')), gradient(certain)]) {
      found.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 5));
    }
  });

  test('smoothing spreads its share evenly over all classes', () => {
    const labels = tf.tensor1d([1], 'int32');
    const smooth = [...smoothLabels(labels, 4, 0.2).dataSync()];
    [0.05, 0.85, 0.05, 0.05].forEach((value, k) => expect(smooth[k]).toBeCloseTo(value, 6));
  });
});
