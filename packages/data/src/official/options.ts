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
  limit,
});

export type IdxOptions = z.infer<typeof files>;
