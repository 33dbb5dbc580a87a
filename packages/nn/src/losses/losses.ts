import * as tf from '@tensorflow/tfjs';
import { FLOAT, INT32, isNative, nativeOps } from '../backend/native-op.ts';

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
  const targets = labels.rank === 1 ? tf.oneHot(tf.cast(labels, 'int32'), logits.shape[1]!) : labels;
  return tf.mean(tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1)));
}

/**
 * Labels as distributions, with `smoothing` of each spread evenly over all classes (Szegedy et al. 2016, "Rethinking the
 * Inception Architecture", §7).
 * @param labels int32 [n]
 * @returns float32 [n, numClasses]
 */
export function smoothLabels(labels: tf.Tensor, numClasses: number, smoothing: number): tf.Tensor {
  // tfjs's own on and off values become whole numbers on the native backend.
  const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, numClasses), 'float32');
  return tf.add(tf.mul(oneHot, 1 - smoothing), smoothing / numClasses);
}
