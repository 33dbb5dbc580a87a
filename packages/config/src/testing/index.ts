import { monitorOptions } from '@glyphlab/core/monitor-options';
import { z } from 'zod';
import type { ListedKind, Registry } from '../kinds.ts';

const kind = (type: string, shape: z.core.$ZodShape): ListedKind => ({
  type,
  options: z.strictObject(shape).describe(`The kind ${type}.`),
});

const rate = (value: number) => z.number().positive().default(value).describe(`Step size. Default ${value}.`);
const upTo = (max: number) => z.number().min(0).max(max).default(0).describe('How far. Default 0.');

/** A few of each, with options of every form. */
export const registry: Registry = {
  datasets: [
    kind('digits', {
      valFraction: z.number().gt(0).lt(1).default(0.1).describe('Share held out. Default 0.1.'),
      limit: z.int().min(1).optional().describe('Images of each part. Default all.'),
    }),
    kind('letters', { merged: z.boolean().default(true).describe('Join what looks alike. Default true.') }),
  ],
  models: [
    kind('cnn', {
      filters: z.array(z.int().min(1)).min(1).default([32, 64]).describe('Filters of each block. Default 32, 64.'),
      dropout: z.number().min(0).lt(1).default(0.4).describe('Share of units left out. Default 0.4.'),
    }),
    kind('resnet', { depth: z.int().min(8).default(8).describe('Layers. Default 8.') }),
  ],
  augmentations: [
    kind('affine', { rotation: upTo(180), translate: upTo(1024) }),
    kind('elastic', { alpha: z.number().positive().default(34).describe('Strength. Default 34.') }),
    kind('erasing', {
      area: z.tuple([z.number(), z.number()]).default([0.02, 0.2]).describe('Smallest and largest hole.'),
    }),
  ],
  losses: [
    kind('crossEntropy', { labelSmoothing: z.number().min(0).lt(1).default(0).describe('Share spread. Default 0.') }),
    kind('focal', { gamma: z.number().min(0).default(2).describe('Focus. Default 2.') }),
  ],
  optimizers: [
    kind('sgd', {
      learningRate: rate(0.01),
      momentum: z.number().min(0).lt(1).default(0.9).describe('Share kept. Default 0.9.'),
      nesterov: z.boolean().default(false).describe('Look ahead. Default false.'),
      weightDecay: upTo(1),
    }),
    kind('adam', {
      learningRate: rate(0.001),
      epsilon: z.number().positive().default(1e-7).describe('Keeps the division finite. Default 1e-7.'),
    }),
  ],
  schedules: [
    kind('constant', {}),
    kind('reduceLrOnPlateau', {
      ...monitorOptions('val/loss'),
      patience: z.int().min(0).default(3).describe('Epochs without improvement. Default 3.'),
    }),
    kind('cosine', { warmupEpochs: upTo(100_000), minLr: upTo(100) }),
  ],
  callbacks: [
    kind('earlyStopping', {
      ...monitorOptions('val/loss'),
      patience: z.int().min(0).default(10).describe('Epochs without improvement. Default 10.'),
    }),
  ],
  metrics: [{ ...kind('macroF1', {}), name: 'macro_f1', better: 'max' }],
};

/** The shortest complete experiment. */
export const minimal = 'name: minimal\ndataset: { type: digits }\nmodel: { type: cnn }\n';
