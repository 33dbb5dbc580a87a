import type { Monitor } from '@glyphlab/core';
import { monitorOptions } from '@glyphlab/core/monitor-options';
import { z } from 'zod';
import { defineSchedule } from './schedule.ts';

const warmupEpochs = (unit = '') =>
  z
    .number()
    .min(0)
    .max(100_000)
    .default(0)
    .describe(`Epochs in which the learning rate rises linearly from near 0 to its full value${unit}. Default 0.`);

const minLr = z.number().min(0).max(100).default(0).describe('The learning rate never falls below this. Default 0.');

const plateauOptions = z
  .strictObject({
    ...monitorOptions('val/loss'),
    factor: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe('The learning rate is multiplied by this on a plateau. Default 0.5.'),
    patience: z
      .int()
      .min(0)
      .max(100_000)
      .default(3)
      .describe(
        'Epochs without improvement before the learning rate is reduced. Default 3: fewer mistake noise for a plateau.',
      ),
    minDelta: z
      .number()
      .min(0)
      .max(1_000)
      .default(1e-4)
      .describe('Smallest change that counts as improvement, in units of the metric. Default 0.0001, as Keras.'),
    cooldown: z
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('Epochs after a reduction; all but the last of them do not count, as in Keras. Default 0.'),
    minLr,
    warmupEpochs: warmupEpochs('; they do not count for the plateau'),
  })
  .describe('Reduces the learning rate when a metric no longer improves, as Keras does.');

const cosineOptions = z
  .strictObject({ warmupEpochs: warmupEpochs(), minLr })
  .describe('Falls from the full rate to minLr along half a cosine, step by step (Loshchilov, Hutter 2017).');

const oneCycleOptions = z
  .strictObject({
    maxLr: z
      .number()
      .positive()
      .max(100)
      .optional()
      .describe('Peak of the learning rate. Default: the learningRate of the optimizer, which is not used otherwise.'),
    warmupFraction: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.3)
      .describe('Share of all steps in which the rate rises. Default 0.3, as PyTorch.'),
    divFactor: z.number().min(1).max(1e9).default(25).describe('First rate = maxLr / this. Default 25, as PyTorch.'),
    finalDivFactor: z
      .number()
      .min(1)
      .max(1e12)
      .default(10_000)
      .describe('Last rate = first rate / this. Default 10000, as PyTorch.'),
  })
  .describe(
    'Rises to maxLr and falls far below, step by step (Smith, Topin 2018). The momentum is constant, and the lowest rate is reached at the end of the last step; PyTorch cycles the momentum and is one step ahead.',
  );

const constant = defineSchedule({
  type: 'constant',
  options: z.strictObject({}).describe('The same learning rate throughout.'),
  load: async () => {
    const { constant } = await import('./curves.ts');
    return (_options, context) => constant(context);
  },
});

const reduceLrOnPlateau = defineSchedule({
  type: 'reduceLrOnPlateau',
  options: plateauOptions,
  load: async () => {
    const { ReduceLrOnPlateau } = await import('./reduce-lr-on-plateau.ts');
    return ({ mode, ...options }, { learningRate }) =>
      new ReduceLrOnPlateau({ ...options, mode: mode as Monitor['mode'] }, learningRate);
  },
});

const cosine = defineSchedule({
  type: 'cosine',
  options: cosineOptions,
  load: async () => (await import('./curves.ts')).cosine,
});

const oneCycle = defineSchedule({
  type: 'oneCycle',
  options: oneCycleOptions,
  load: async () => (await import('./curves.ts')).oneCycle,
});

/** Ours; the first is the default. */
export const schedules = [constant, reduceLrOnPlateau, cosine, oneCycle];
