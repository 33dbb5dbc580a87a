import type { Kind } from '@glyphlab/core';
import type { StepRandom } from '@glyphlab/graph/step-random';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/**
 * Changes each image at random. Plain tfjs, random numbers from `random` alone, so that it becomes part of the step's graph.
 * @param images float32 [n, h, w, c], 0–255
 * @returns the same shape and range
 */
export type Augment = (images: tf.Tensor4D, random: StepRandom) => tf.Tensor4D;

/** A kind of augmentation, as configurations name it in `augmentation: [{ type }]`. */
export type AugmentationKind<Options extends z.ZodObject = z.ZodObject> = Kind<Augment, void, Options>;

/** Keeps the types of the options; nothing else. */
export const defineAugmentation = <Options extends z.ZodObject>(
  kind: AugmentationKind<Options>,
): AugmentationKind<Options> => kind;

/** Applies each step in turn, with fresh random numbers for every image. */
export const augment = (images: tf.Tensor4D, steps: readonly Augment[], random: StepRandom): tf.Tensor4D =>
  steps.reduce((x, step) => step(x, random), images);
