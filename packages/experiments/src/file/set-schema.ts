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
    .describe('Its name in the results. Default: the name in the configuration.'),
  set: overrides
    .default({})
    .describe('Keys of the configuration with values, which win over those of the whole set. Default none.'),
  grid: z
    .record(z.string().min(1), axis)
    .default({})
    .describe(
      'Keys of the configuration with lists of values, or with mappings of names to values: one member per combination. Default none.',
    ),
  search: searchSchema
    .optional()
    .describe('Draws configurations, one member each; every seed is a search of its own. Default: no search.'),
  seeds: seeds.optional().describe('One member per seed. Default: the seeds of the set.'),
  folds: numFolds.optional().describe('One member per fold. Default: the folds of the set.'),
  reference: z
    .strictObject({
      source: z.string().min(1).describe('Where the figures are from. Required.'),
      testAccuracy: z.number().min(0).max(1).optional().describe('Share of the test images, 0–1.'),
      testLoss: z.number().min(0).optional().describe('Loss on the test images.'),
      minutes: z.number().positive().optional().describe('Minutes of training.'),
    })
    .optional()
    .describe('Results of others, shown beside ours. Default none.'),
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
    .describe(
      'Threads per member. Default 1: two such members get 1.6 to 2 times as much done as one with two threads.',
    ),
  resources: z
    .strictObject({
      cpus: z.number().min(0).max(1024).optional().describe('CPUs per member. Default: its threads.'),
      gpus: z.number().min(0).max(64).default(0).describe('GPUs per member. Default 0.'),
    })
    .default({ gpus: 0 })
    .describe('What a member gets on a cluster; ignored on this machine.'),
  seeds: seeds.optional().describe('One member per seed. Default: the seed in the configuration.'),
  folds: numFolds
    .optional()
    .describe(
      'Cross-validation in this many folds: one member per fold, which is measured on that fold instead of the test. Default: none.',
    ),
  set: overrides.default({}).describe('Keys of the configuration with values, for all members. Default none.'),
  members: z.array(entry).min(1).describe('What is trained, in this order. Required.'),
});

export type SetFile = z.infer<typeof setSchema>;
export type SetEntry = SetFile['members'][number];
export type Reference = NonNullable<SetEntry['reference']>;
