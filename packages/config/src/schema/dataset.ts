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
      'Which images an epoch trains on. shuffled: each once; balanced: equally many of each class, so those of rare classes several times and only some of the frequent ones. Default shuffled.',
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
      'Cross-validation: the seed divides training and validation images into folds, and one of them takes the place of the test, which is not read. In a set, folds: 5 makes a member of each. Default: none.',
    ),
  extra: z
    .strictObject({
      directory: z
        .string()
        .trim()
        .min(1)
        .describe(
          'A folder with a subfolder of pictures per class, such as playground --keep writes; relative to the working directory or to GLYPHLAB_DATA_DIR. Required.',
        ),
      times: z
        .int()
        .min(1)
        .max(10_000)
        .default(1)
        .describe('How many times each of them occurs in an epoch. Default 1.'),
    })
    .optional()
    .describe('Pictures of your own to train on in addition to the images of the dataset. Default: none.'),
};
