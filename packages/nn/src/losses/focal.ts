import * as tf from '@tensorflow/tfjs';
import { targetDistribution } from './cross-entropy.ts';
import type { Loss } from './loss.ts';

/** Keeps the slope of (1 − p)^γ finite where p is 1. */
const LEAST = 1e-6;

/**
 * Focal loss (Lin et al. 2017, "Focal Loss for Dense Object Detection", §3.2, over the classes of a softmax): −(1 − p)^γ log p of
 * the label, so that what the network is sure of counts little. γ = 0 is cross-entropy.
 *
 * @param weights how much each class counts in training, [classes]
 */
export const focalLoss =
  (gamma: number, weights: readonly number[] | undefined): Loss =>
  (logits, targets, { training }) => {
    const logP = tf.logSoftmax(logits);
    const focus = tf.pow(tf.maximum(tf.sub(1, tf.exp(logP)), LEAST), gamma);
    let distribution = targetDistribution(targets, logits.shape[1]!);
    if (training && weights) distribution = tf.mul(distribution, tf.tensor1d([...weights]));
    return tf.mean(tf.neg(tf.sum(tf.mul(distribution, tf.mul(focus, logP)), -1)));
  };
