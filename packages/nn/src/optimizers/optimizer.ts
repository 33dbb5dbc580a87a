import type { Kind } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** An update rule as tfjs ops, so that it becomes part of the step's graph. */
export interface Optimizer {
  /** Its state besides the weights, float32; kept in checkpoints. See {@link slotsFor}. */
  slots: tf.Variable[];
  /**
   * Assigns the new weights.
   * @param gradients one for each weight, in their order
   * @param lr learning rate, scalar: the schedule's
   * @param iteration updates up to and including this one, scalar float32 ≥ 1
   */
  update(gradients: tf.Tensor[], lr: tf.Tensor, iteration: tf.Tensor): void;
}

/**
 * A kind of optimizer, as configurations name it in `training.optimizer: { type }`. It is made for the trainable weights, whose order
 * is the order of the gradients. Its options need a `learningRate`, which the schedule starts from.
 */
export type OptimizerKind<Options extends z.ZodObject = z.ZodObject> = Kind<Optimizer, readonly tf.Variable[], Options>;

/** Keeps the types of the options; nothing else. */
export const defineOptimizer = <Options extends z.ZodObject<{ learningRate: z.ZodType<number> }>>(
  kind: OptimizerKind<Options>,
): OptimizerKind<Options> => kind;
