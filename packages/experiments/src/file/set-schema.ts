import { numFolds } from '@glyphlab/config';
import { z } from 'zod';
import { searchSchema } from './search-schema.ts';

const seeds = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
  )
  .min(1)
  .refine((values) => new Set(values).size === values.length, { error: 'The same seed is listed twice.' });

/** Keys as `--set` takes them: `training.epochs`, or `training` with a mapping. */
const overrides = z.record(z.string().min(1), z.unknown());

const axis = z.union([z.array(z.unknown()).min(1), z.record(z.string().min(1), z.unknown())], {
  error: 'Expected a list of values, or a mapping of names to values.',
});

const entry = z.strictObject({
  config: z.string().min(1).describe('Configuration file, relative to this file. Required.'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('How results call it. Default: the name in the configuration.'),
  set: overrides
    .default({})
    .describe('Keys of the configuration to values, over those of the whole set. Default none.'),
  grid: z
    .record(z.string().min(1), axis)
    .default({})
    .describe(
      'Keys of the configuration to lists of values, or to mappings of names to values: a member for each combination. Default none.',
    ),
  search: searchSchema
    .optional()
    .describe('Draws configurations, a member each; each seed is a search of its own. Default: none is drawn.'),
  seeds: seeds.optional().describe('A member for each seed. Default: the seeds of the set.'),
  folds: numFolds.optional().describe('A member for each fold. Default: the folds of the set.'),
  reference: z
    .strictObject({
      source: z.string().min(1).describe('Where the figures are from. Required.'),
      testAccuracy: z.number().min(0).max(1).optional().describe('Share of the test images, 0–1.'),
      testLoss: z.number().min(0).optional().describe('Loss on the test images.'),
      minutes: z.number().positive().optional().describe('Minutes of training.'),
    })
    .optional()
    .describe('Figures of someone else, shown beside ours. Default none.'),
});

/** A set of experiments as its file states it. */
export const setSchema = z.strictObject({
  description: z.string().max(5000).optional().describe('What it is about, as markdown; the results begin with it.'),
  experiment: z
    .string()
    .trim()
    .min(1)
    .max(250)
    .optional()
    .describe('MLflow experiment of all its runs. Default: the name of the file.'),
  parallel: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe('Members that run side by side. Default: processors divided by threads.'),
  threads: z
    .int()
    .min(1)
    .max(1024)
    .default(1)
    .describe('Threads of one member. Default 1: two such members train 1.6 to 2 times as much as one with two.'),
  resources: z
    .strictObject({
      cpus: z.number().min(0).max(1024).optional().describe('CPUs of one member. Default: its threads.'),
      gpus: z.number().min(0).max(64).default(0).describe('GPUs of one member. Default 0.'),
    })
    .default({ gpus: 0 })
    .describe('What a member is given on a cluster; on this machine it counts for nothing.'),
  seeds: seeds.optional().describe('A member for each seed. Default: the seed in the configuration.'),
  folds: numFolds
    .optional()
    .describe(
      'Cross-validation in so many folds: a member for each, which is measured on that fold in place of the test. Default: none.',
    ),
  set: overrides.default({}).describe('Keys of the configuration to values, for all members. Default none.'),
  members: z.array(entry).min(1).describe('What is trained, in this order. Required.'),
});

export type SetFile = z.infer<typeof setSchema>;
export type SetEntry = SetFile['members'][number];
export type Reference = NonNullable<SetEntry['reference']>;
