import { z } from 'zod';

const kinds = ['uniform', 'logUniform', 'randInt', 'logRandInt', 'choice'] as const;

const range = (number: z.ZodNumber) =>
  z
    .array(number)
    .length(2, { error: 'Expected the smallest and the largest value, as [0.1, 0.5].' })
    .refine(([min, max]) => max === undefined || min! < max, {
      error: ({ input }) => `The first must be smaller than the second. Received: [${(input as number[]).join(', ')}].`,
    })
    .optional();

/** What a key of the configuration is drawn from, in the words of Ray Tune. */
const distribution = z
  .strictObject({
    uniform: range(z.number()).describe('Between two numbers, uniformly.'),
    logUniform: range(z.number().gt(0, { error: 'A logarithmic scale needs numbers above 0.' })).describe(
      'Between two numbers above 0, uniformly on a logarithmic scale.',
    ),
    randInt: range(z.int()).describe('Whole numbers from the first to the second, both included.'),
    logRandInt: range(z.int().min(1)).describe('Whole numbers, uniformly on a logarithmic scale.'),
    choice: z
      .union([z.array(z.unknown()).min(1), z.record(z.string().min(1), z.unknown())], {
        error: 'Expected a list of values, or a mapping of names to values.',
      })
      .optional()
      .describe('One of a list of values, or of a mapping of names to values.'),
  })
  .check(({ value, issues }) => {
    if (issues.length === 0 && Object.keys(value).length !== 1)
      issues.push({ code: 'custom', input: value, message: `Expected one of ${kinds.join(', ')}.` });
  });

export type Distribution = z.infer<typeof distribution>;

const searchTypes = ['random', 'asha', 'tpe', 'tpe-asha'] as const;
type SearchType = (typeof searchTypes)[number];

/** Whether it stops trials early. */
export const stopsTrials = (type: SearchType): boolean => type === 'asha' || type === 'tpe-asha';
/** Whether it learns from earlier trials. */
export const proposesTrials = (type: SearchType): boolean => type === 'tpe' || type === 'tpe-asha';

export const searchSchema = z
  .strictObject({
    type: z
      .enum(searchTypes, { error: 'Expected random, asha, tpe or tpe-asha.' })
      .describe(
        'random draws configurations and trains each to the end; asha stops those that do worse than others; tpe draws the first quarter of its trials, ten at most, and then proposes what earlier trials make promising; tpe-asha does both. Required.',
      ),
    trials: z.int().min(1).max(10_000).describe('How many configurations are drawn. Required.'),
    space: z
      .record(z.string().min(1), distribution)
      .refine((space) => Object.keys(space).length > 0, { error: 'Expected at least one key to draw.' })
      .describe('Keys of the configuration, with what each is drawn from. Required.'),
    monitor: z
      .string()
      .refine((monitor) => monitor.startsWith('val/'), {
        error: ({ input }) =>
          /^test[/_]/.test(String(input))
            ? 'The test set is read once, at the end, so nothing may be chosen by it. Expected a metric of the validation images, as val/loss or val/accuracy.'
            : 'Expected a metric of the validation images, as val/loss or val/accuracy.',
      })
      .default('val/loss')
      .describe(
        'Metric of the validation images by which trials are compared: val/loss, val/accuracy, or another that the configuration measures. Default val/loss.',
      ),
    minEpochs: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('asha and tpe-asha: epochs that every trial gets before trials are first compared. Default 1.'),
    reductionFactor: z
      .int()
      .min(2)
      .max(100)
      .optional()
      .describe(
        'asha and tpe-asha: at each comparison one trial in this many continues, for this many times the epochs. Default 3.',
      ),
    first: z
      .array(z.record(z.string().min(1), z.unknown()).refine((guess) => Object.keys(guess).length > 0))
      .default([])
      .describe(
        'First guesses: keys of the space with values, or with names of its choices. They are tried before any trial is drawn; keys that a guess leaves out are drawn.',
      ),
    budget: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        'Epochs that all trials of one seed may take together: no trial starts that could exceed them. Default: no limit.',
      ),
  })
  .check(({ value, issues }) => {
    if (stopsTrials(value.type)) return;
    for (const key of ['minEpochs', 'reductionFactor'] as const)
      if (value[key] !== undefined)
        issues.push({
          code: 'custom',
          input: value[key],
          path: [key],
          message: `${value.type === 'tpe' ? 'tpe alone' : 'Random search'} never stops a trial, so this key is for asha and tpe-asha only.`,
        });
  });

export type SearchEntry = z.infer<typeof searchSchema>;
