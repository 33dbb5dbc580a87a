import { targetDistribution } from '@glyphlab/nn';
import type { Loss } from '@glyphlab/trainer';
import * as tf from '@tensorflow/tfjs';

export const brierLoss: Loss = (logits, targets) =>
  tf.mean(tf.sum(tf.square(tf.sub(tf.softmax(logits), targetDistribution(targets, logits.shape[1]!))), -1));
