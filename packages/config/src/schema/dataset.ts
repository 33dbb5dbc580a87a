import { z } from 'zod';
import type { TypedOptions } from './kind-schema.ts';

/** A dataset's own options, and those that every dataset has. */
export interface DatasetConfig extends TypedOptions {
  sampling?: 'shuffled' | 'balanced' | undefined;
  fold?: { of: number; held: number } | undefined;
  extra?: { directory: string; times: number } | undefined;
}

/** Of a cross-validation; more folds train ever longer and tell no more. */
export const numFolds = z.int().min(2).max(100);

export const ofEveryDataset = {
  sampling: z
    .enum(['shuffled', 'balanced'])
    .optional()
    .describe(
      'Which images an epoch trains on: shuffled, each once; balanced, as many of each class: those of rare classes several times, of frequent ones a part. Default shuffled.',
    ),
  fold: z
    .strictObject({
      of: numFolds.describe('How many folds there are. Required.'),
      held: z.int().min(1).max(100).describe('The fold that is held out, from 1. Required.'),
    })
    .refine(({ of, held }) => held <= of, {
      path: ['held'],
      error: ({ input }) => {
        const { of, held } = input as { of: number; held: number };
        return `Expected a fold from 1 to ${of}. Received: ${held}.`;
      },
    })
    .optional()
    .describe(
      'Cross-validation: training and validation images are parted in folds by the seed, and one takes the place of the test, which stays unread. A set has a member for each with folds: 5. Default: none.',
    ),
  extra: z
    .strictObject({
      directory: z
        .string()
        .trim()
        .min(1)
        .describe(
          'Holds a folder for each class that has pictures, as playground --keep makes it. From the working directory, or from GLYPHLAB_DATA_DIR. Required.',
        ),
      times: z.int().min(1).max(10_000).default(1).describe('How often an epoch has each of them. Default 1.'),
    })
    .optional()
    .describe('Pictures of your own that are trained on beside the images of the dataset. Default: none.'),
};
