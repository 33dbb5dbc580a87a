import type * as tf from '@tensorflow/tfjs';
import type { StepRandom } from '../step-random.ts';
import { affine, type AffineOptions } from './affine.ts';
import { elastic, type ElasticOptions } from './elastic.ts';
import { erasing, type ErasingOptions } from './erasing.ts';

/** One step of an augmentation. */
export type Augmentation =
  | ({ type: 'affine' } & AffineOptions)
  | ({ type: 'elastic' } & ElasticOptions)
  | ({ type: 'erasing' } & ErasingOptions);

/**
 * Applies each step in turn, with fresh random numbers for every image.
 * @param images float32 [n, h, w, c], 0–255
 */
export function augment(images: tf.Tensor4D, steps: readonly Augmentation[], random: StepRandom): tf.Tensor4D {
  return steps.reduce((x, step) => {
    switch (step.type) {
      case 'affine':
        return affine(x, step, random);
      case 'elastic':
        return elastic(x, step, random);
      case 'erasing':
        return erasing(x, step, random);
    }
  }, images);
}
