import type { Step } from '@glyphlab/graph';
import { augment, type Augment, type Loss, normalise, stepRandom } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { batchOf, type ImageSource, takeBatch } from '../input/image-source.ts';
import { type Network, predictedLogits } from '../network.ts';

/**
 * Input: a batch. Output: `metrics` float32 [2], summed loss (nats) and number of correct predictions; `probabilities`
 * float32 [n, classes].
 */
export function evaluateStep(network: Network, source: ImageSource, loss: Loss): Step {
  return (inputs) => {
    const { images, labels } = takeBatch(source, batchOf(inputs));
    const logits = predictedLogits(network, normalise(images));
    const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), labels), 'float32'));
    return {
      metrics: tf.stack([tf.mul(loss(logits, labels, { training: false }), labels.size), correct]),
      probabilities: tf.softmax(logits),
    };
  };
}

/**
 * Input: a batch, `key` int32 [2] if `views` change the images at random. Output: `probabilities` float32 [n, classes].
 */
export function predictStep(network: Network, source: ImageSource, view: readonly Augment[]): Step {
  return ({ key, ...inputs }) => {
    const { images } = takeBatch(source, batchOf(inputs));
    const seen = key ? augment(images, view, stepRandom(key)) : images;
    return { probabilities: tf.softmax(predictedLogits(network, normalise(seen))) };
  };
}
