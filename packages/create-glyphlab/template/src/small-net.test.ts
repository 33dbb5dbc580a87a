import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { buildSmallNet } from './small-net.ts';

test('gives a logit for each class', () => {
  const model = buildSmallNet({ filters: 4 }, { imageShape: [28, 28, 1], numClasses: 3 });
  const logits = model.predict(tf.zeros([2, 28, 28, 1])) as tf.Tensor;
  expect(logits.shape).toEqual([2, 3]);
  expect(model.countParams()).toBe(4 * 10 + 8 * 37 + 64 * (7 * 7 * 8 + 1) + 3 * 65);
});
