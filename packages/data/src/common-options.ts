import { z } from 'zod';

/** Option of every dataset that is read from files. */
export const limit = z
  .int()
  .min(1)
  .optional()
  .describe('Use at most this many images of each part, with classes in proportion; for debugging. Default: all.');

/** Option of every dataset that is read from files. */
export const perClass = z
  .int()
  .min(1)
  .max(1_000_000)
  .optional()
  .describe(
    'Train and validate on this many images of each class, drawn by the seed; valFraction is taken out of them. The rest becomes the test if there is no test part; otherwise it is left out. Default: all.',
  );
