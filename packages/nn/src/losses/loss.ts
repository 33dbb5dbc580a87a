import type { Kind } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** What a loss may need to know of the data. */
export interface LossContext {
  numClasses: number;
  /** Training images of each class, [numClasses]. */
  classCounts: readonly number[];
}

/**
 * Mean loss of a batch, as tfjs ops.
 * @param logits float32 [n, classes]
 * @param targets int32 [n], class numbers; or, where images are mixed, float32 [n, classes], probabilities
 * @param phase `training`: false on validation images, where a loss leaves out what only steers the training, as label smoothing
 * @returns scalar float32
 */
export type Loss = (logits: tf.Tensor, targets: tf.Tensor, phase: { training: boolean }) => tf.Tensor;

/** A kind of loss, as configurations name it in `training.loss: { type }`. */
export type LossKind<Options extends z.ZodObject = z.ZodObject> = Kind<Loss, LossContext, Options>;

/** Keeps the types of the options; nothing else. */
export const defineLoss = <Options extends z.ZodObject>(kind: LossKind<Options>): LossKind<Options> => kind;
