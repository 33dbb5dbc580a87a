import { InputError } from '@glyphlab/core';
import { z } from 'zod';
import { defineLoss, type LossContext } from './loss.ts';

const classWeights = z
  .union([z.enum(['none', 'balanced']), z.array(z.number().min(0).max(1e6)).min(1).max(65_536)], {
    error: 'Expected none, balanced, or a list with one number per class.',
  })
  .default('none')
  .describe(
    'Weight of each class in training: none (all equal), balanced (rare classes weigh more), or a number per class. Default none.',
  );

export const crossEntropy = defineLoss({
  type: 'crossEntropy',
  options: z
    .strictObject({
      labelSmoothing: z
        .number()
        .min(0)
        .lt(1)
        .default(0)
        .describe(
          'Share of the target that is spread over all classes (Szegedy et al. 2016). Default 0: off; 0.1 is usual. Whatever monitors val/loss then prefers early epochs: set checkpoint.monitor to val/accuracy.',
        ),
      classWeights,
    })
    .describe('Cross-entropy of the softmax. Validation loss is the same without smoothing and weights.'),
  load: async () => {
    const { crossEntropyLoss } = await import('./cross-entropy.ts');
    return (options, context) =>
      crossEntropyLoss(options.labelSmoothing, resolveClassWeights(options.classWeights, context));
  },
});

export const focal = defineLoss({
  type: 'focal',
  options: z
    .strictObject({
      gamma: z
        .number()
        .min(0)
        .max(10)
        .default(2)
        .describe(
          'How much less an image counts that the network is already sure of (γ). Default 2, as in the paper; 0: cross-entropy.',
        ),
      classWeights,
    })
    .describe(
      'Focal loss (Lin et al. 2017), for rare classes and hard images. Validation loss is focal too; test loss is cross-entropy.',
    ),
  load: async () => {
    const { focalLoss } = await import('./focal.ts');
    return (options, context) => focalLoss(options.gamma, resolveClassWeights(options.classWeights, context));
  },
});

/** Ours; the first is the default. */
export const losses = [crossEntropy, focal];

/** As configurations give them. */
type ClassWeights = 'none' | 'balanced' | readonly number[];

/**
 * How much each class counts in the loss, [classes]; undefined if all count alike. `balanced` is n / (classes × images of the class),
 * as in scikit-learn: a class with half the images counts twice as much.
 *
 * @throws InputError LOSS_CLASS_WEIGHTS if there are not as many as classes
 */
function resolveClassWeights(
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
