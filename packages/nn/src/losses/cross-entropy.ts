import { FLOAT, INT32, isNative, nativeOps } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';
import type { Loss } from './loss.ts';

/** Cross-entropy and its gradient towards the logits as one op; `labels` is int32 [n] or a distribution float32 [n, classes]. */
function fusedCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const sparse = labels.rank === 1;
  const op = sparse ? 'SparseSoftmaxCrossEntropyWithLogits' : 'SoftmaxCrossEntropyWithLogits';
  const types = { type: { T: FLOAT, ...(sparse && { Tlabels: INT32 }) } };
  const perExample = tf.customGrad((...args) => {
    const [logits, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const [loss, gradient] = nativeOps(op, types, [logits, labels], 2);
    save([gradient!]);
    return {
      value: loss!,
      gradFunc: (dy, [gradient]) => tf.mul(gradient!, tf.expandDims(dy as tf.Tensor, 1)),
    };
  });
  return tf.mean(perExample(logits));
}

/**
 * Mean cross-entropy of a batch, in nats.
 * @param logits float32 [n, classes]
 * @param labels int32 [n], or probabilities float32 [n, classes]
 * @returns scalar
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (isNative()) return fusedCrossEntropy(logits, labels);
  return weightedCrossEntropy(logits, targetDistribution(labels, logits.shape[1]!));
}

/** −Σ targets × log softmax(logits), the mean of a batch; the targets of an image need not add up to 1. */
const weightedCrossEntropy = (logits: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
  tf.mean(tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)));

/**
 * Targets as probabilities of the classes.
 * @param targets int32 [n], or what this returns
 * @returns float32 [n, numClasses]
 */
export const targetDistribution = (targets: tf.Tensor, numClasses: number): tf.Tensor =>
  // tfjs's own on and off values become whole numbers on the native backend.
  targets.rank === 1 ? tf.cast(tf.oneHot(tf.cast(targets, 'int32') as tf.Tensor1D, numClasses), 'float32') : targets;

/**
 * Targets with `smoothing` of each spread evenly over all classes (Szegedy et al. 2016, "Rethinking the Inception Architecture",
 * §7).
 * @param targets int32 [n] or probabilities float32 [n, numClasses]
 * @returns float32 [n, numClasses]
 */
export const smoothLabels = (targets: tf.Tensor, numClasses: number, smoothing: number): tf.Tensor =>
  tf.add(tf.mul(targetDistribution(targets, numClasses), 1 - smoothing), smoothing / numClasses);

/**
 * Cross-entropy as a training loss. On validation images it is plain, whatever the options.
 *
 * @param labelSmoothing share of the target that is spread over all classes, 0–1
 * @param weights how much each class counts, [classes]; the mean is over images, as in Keras, not over weights
 */
export const crossEntropyLoss =
  (labelSmoothing: number, weights: readonly number[] | undefined): Loss =>
  (logits, targets, { training }) => {
    if (!training) return crossEntropy(logits, targets);
    const smoothed = labelSmoothing > 0 ? smoothLabels(targets, logits.shape[1]!, labelSmoothing) : targets;
    if (!weights) return crossEntropy(logits, smoothed);
    const distribution = targetDistribution(smoothed, logits.shape[1]!);
    return weightedCrossEntropy(logits, tf.mul(distribution, tf.tensor1d([...weights])));
  };
