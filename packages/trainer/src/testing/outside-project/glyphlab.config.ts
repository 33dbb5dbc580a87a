import { defineCallback, defineDataset, defineLoss, defineMetric, defineModel, defineProject } from '@glyphlab/trainer';
import { z } from 'zod';

/*
 * A project outside of this repository, as its tests train it: one of everything.
 */

const stripes = defineDataset({
  type: 'stripes',
  pictures: 'resize',
  options: z
    .strictObject({ size: z.int().min(8).default(96).describe('Training images. Default 96.') })
    .describe('Stripes at three angles.'),
  load: async () => (await import('./stripes.ts')).drawStripes,
});

const scaled = defineModel({
  type: 'scaled',
  options: z
    .strictObject({ filters: z.int().min(1).default(6).describe('Filters of the convolution. Default 6.') })
    .describe('A convolution, a layer of its own, and the classes.'),
  load: async () => (await import('./scaled.ts')).buildScaled,
});

const brier = defineLoss({
  type: 'brier',
  options: z.strictObject({}).describe('Squared distance of the probabilities from the truth (Brier 1950).'),
  load: async () => {
    const { brierLoss } = await import('./brier.ts');
    return () => brierLoss;
  },
});

const worstClass = defineMetric({
  type: 'worstClass',
  name: 'worst_class_recall',
  better: 'max',
  options: z.strictObject({}).describe('Recall of the class that is found least.'),
  load: async () => (await import('./worst-class.ts')).worstClassRecall,
});

const stopAfter = defineCallback({
  type: 'stopAfter',
  options: z.strictObject({ epochs: z.int().min(1).default(3).describe('How many. Default 3.') }).describe('Counts.'),
  load: async () => (await import('./stop-after.ts')).stopAfter,
});

export default defineProject({
  datasets: [stripes],
  models: [scaled],
  losses: [brier],
  metrics: [worstClass],
  callbacks: [stopAfter],
});
