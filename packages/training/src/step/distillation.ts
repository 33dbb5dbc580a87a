import { crossEntropyLoss, type Loss } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { type Network, predictedLogits } from '../network.ts';

const plain = crossEntropyLoss(0, undefined);

/** How a network learns from what others answer (Hinton, Vinyals, Dean 2015, "Distilling the Knowledge in a Neural Network"). */
export interface Distillation {
  /** Trained networks on the same images and classes. Their weights do not change. */
  teachers: readonly Network[];
  /** Divides all logits before the softmax; above 1, what a teacher says of unlikely classes counts more. */
  temperature: number;
  /** Share of the teachers in the loss, 0–1; the rest is the loss on the labels. */
  weight: number;
}

/**
 * Mean of the teachers' probabilities at the temperature, for the very images that the student sees (Beyer et al. 2021, "A good
 * teacher is patient and consistent", §3).
 * @param x float32 [n, height, width, channels] in [-1, 1]
 * @returns float32 [n, classes]
 */
export function softTargets(x: tf.Tensor4D, { teachers, temperature }: Distillation): tf.Tensor {
  const each = teachers.map((teacher) => tf.softmax(tf.mul(predictedLogits(teacher, x), 1 / temperature)));
  return tf.mul(tf.addN(each), 1 / each.length);
}

/**
 * weight × T² × KL(soft targets ‖ student at T) + (1 − weight) × loss on the labels; T² keeps the size of the gradients whatever the
 * temperature (§2.1 of Hinton et al.).
 * @param soft float32 [n, classes], of {@link softTargets}
 * @returns as a loss: scalar, nats at T = 1
 */
export const distilledLoss =
  (loss: Loss, soft: tf.Tensor, { temperature, weight }: Distillation): Loss =>
  (logits, targets, phase) => {
    // A probability that float32 has lost adds nothing to the entropy.
    const entropy = tf.neg(tf.mean(tf.sum(tf.mul(soft, tf.log(tf.maximum(soft, 1e-30))), -1)));
    const divergence = tf.sub(plain(tf.mul(logits, 1 / temperature), soft, phase), entropy);
    const ofTeachers = tf.mul(divergence, weight * temperature ** 2);
    return weight === 1 ? ofTeachers : tf.add(ofTeachers, tf.mul(loss(logits, targets, phase), 1 - weight));
  };
