import { z } from 'zod';
import { limit, perClass } from '../common-options.ts';

export const files = z.strictObject({
  valFraction: z
    .number()
    .gt(0)
    .lt(0.9)
    .default(0.1)
    .describe(
      'Share of the official training images that is held out for validation, every class in proportion. Default 0.1: enough to tell half a percent apart on MNIST.',
    ),
  perClass,
  imbalance: z
    .number()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'Thin out the training images so that the first class has this many times as many as the last, the others evenly in between (Cui et al. 2019, §5.1); to try what helps rare classes. Default: all.',
    ),
  labelNoise: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      'Give this share of the training and validation images a wrong label, at random; to try what finds wrong labels. Default: none.',
    ),
  limit,
});

export type IdxOptions = z.infer<typeof files>;
