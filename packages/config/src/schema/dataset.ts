import { z } from 'zod';
import type { TypedOptions } from './kind-schema.ts';

/** A dataset's own options, and those that every dataset has. */
export interface DatasetConfig extends TypedOptions {
  sampling?: 'shuffled' | 'balanced' | undefined;
}

export const ofEveryDataset = {
  sampling: z
    .enum(['shuffled', 'balanced'])
    .optional()
    .describe(
      'Which images an epoch trains on: shuffled, each once; balanced, as many of each class: those of rare classes several times, of frequent ones a part. Default shuffled.',
    ),
};
