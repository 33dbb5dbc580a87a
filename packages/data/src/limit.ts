import { z } from 'zod';

/** Option of every dataset that is read from files. */
export const limit = z
  .int()
  .min(1)
  .optional()
  .describe('Use at most this many images of each part, every class in proportion; for debugging. Default: all.');
