import type { Step } from '@glyphlab/graph';
import { augment, type Augment, type ImageTable, type Loss, normalise, stepRandom, takeRows } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { Network } from '../network.ts';

/**
 * Input: `rows` int32 [n]. Output: `metrics` float32 [2], summed loss (nats) and number of correct predictions; `probabilities`
 * float32 [n, classes].
 */
export function evaluateStep(network: Network, table: ImageTable, loss: Loss): Step {
  return ({ rows }) => {
    const { images, labels } = takeRows(table, rows as tf.Tensor1D);
    const logits = network.model.apply(normalise(images), { training: false }) as tf.Tensor;
    const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), labels), 'float32'));
    return {
      metrics: tf.stack([tf.mul(loss(logits, labels, { training: false }), labels.size), correct]),
      probabilities: tf.softmax(logits),
    };
  };
}

/**
 * Input: `rows` int32 [n], `key` int32 [2] if `views` change the images at random. Output: `probabilities` float32 [n, classes].
 */
export function predictStep(network: Network, table: ImageTable, view: readonly Augment[]): Step {
  return ({ rows, key }) => {
    const { images } = takeRows(table, rows as tf.Tensor1D);
    const seen = key ? augment(images, view, stepRandom(key)) : images;
    return { probabilities: tf.softmax(network.model.apply(normalise(seen), { training: false }) as tf.Tensor) };
  };
}
