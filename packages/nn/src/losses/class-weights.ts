import { InputError } from '@glyphlab/core';
import type { LossContext } from './loss.ts';

/** As configurations give them. */
export type ClassWeights = 'none' | 'balanced' | readonly number[];

/**
 * How much each class counts in the loss, [classes]; undefined if all count alike. `balanced` is n / (classes × images of the class),
 * as in scikit-learn: a class with half the images counts twice as much.
 *
 * @throws InputError LOSS_CLASS_WEIGHTS if there are not as many as classes
 */
export function resolveClassWeights(
  weights: ClassWeights,
  { numClasses, classCounts }: LossContext,
): readonly number[] | undefined {
  if (weights === 'none') return undefined;
  if (weights === 'balanced') {
    const images = classCounts.reduce((sum, count) => sum + count, 0);
    return classCounts.map((count) => images / (numClasses * Math.max(1, count)));
  }
  if (weights.length === numClasses) return weights;
  throw new InputError(
    'LOSS_CLASS_WEIGHTS',
    `Expected a weight for each of ${numClasses} classes. Received: ${weights.length}.`,
    {
      where: 'training.loss.classWeights',
      hint: 'Give one number per class, in the order of the class names, or "balanced".',
    },
  );
}
