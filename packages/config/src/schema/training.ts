import type { Monitor } from '@glyphlab/core';
import { monitorOptions } from '@glyphlab/core/monitor-options';
import { z } from 'zod';
import type { ListedKind, Registry } from '../kinds.ts';
import { optionsSchema, type TypedOptions, typedUnion } from './kind-schema.ts';
import { type Monitors, monitorSchema, withMode } from './monitor.ts';

/** Everything about training, complete: every default is filled in. */
export interface TrainingConfig {
  epochs: number;
  batchSize: number;
  loss: TypedOptions;
  /** `auto`: looked for before the first epoch. */
  optimizer: TypedOptions & { learningRate: number | 'auto' };
  schedule: TypedOptions;
  callbacks: TypedOptions[];
  /** Options of the callback of this name, which most want. */
  earlyStopping?: (Monitor & Record<string, unknown>) | undefined;
  checkpoint: Monitor;
  gradientClipNorm?: number | undefined;
  ema?: { decay: number } | undefined;
  swa?: { lastEpochs: number } | undefined;
  mixup?: { alpha: number } | undefined;
  freeze?: { until: string; forEpochs?: number | undefined } | undefined;
  layerDecay?: number | undefined;
  batchNorm?: 'keep' | 'learn' | undefined;
  cutMix?: { alpha: number } | undefined;
  refine?: { lastEpochs: number; augmentation: TypedOptions[] } | undefined;
  distill?: { teachers: string[]; temperature: number; weight: number } | undefined;
  precision: 'auto' | 'fp32' | 'bf16';
  towers: 'auto' | number;
  threads: 'auto' | number;
  backend: 'auto' | 'tensorflow' | 'tensorflow-gpu' | 'wasm' | 'webgpu';
}

/** `auto`, or a whole number from 1. */
const autoOrCount = (maximum: number) =>
  z.union([z.literal('auto'), z.int().min(1).max(maximum)], {
    error: `Expected auto or a whole number from 1 to ${maximum}.`,
  });

/** The same optimizer, whose rate may be left to be looked for. */
function withAutomaticRate({ type, options }: ListedKind): ListedKind {
  const rate = options.shape['learningRate'] as z.ZodType;
  const learningRate = z
    .union([rate, z.literal('auto')], {
      // What is wrong with it as a number.
      error: ({ errors }) => (errors as z.core.$ZodIssue[][] | undefined)?.[0]?.[0]?.message,
    })
    .describe(`${rate.description} auto: found by a range test before the first epoch (docs/training.md).`);
  const extended = options.safeExtend({ learningRate });
  return { type, options: options.description === undefined ? extended : extended.describe(options.description) };
}

export function trainingSchema(registry: Registry, monitors: Monitors): z.ZodType<TrainingConfig> {
  const stopping = registry.callbacks.find(({ type }) => type === 'earlyStopping');
  const byDefault = (kinds: readonly ListedKind[]) =>
    typedUnion(kinds, monitors, { firstIsDefault: true }).prefault({} as TypedOptions);
  return z
    .strictObject({
      epochs: z
        .int()
        .min(1)
        .max(100_000)
        .default(10)
        .describe('Passes over the training set. Default 10: enough for more than 99 % on MNIST.'),
      batchSize: z
        .int()
        .min(1)
        .max(65_536)
        .default(32)
        .describe('Images per step. Default 32: small batches generalise a little better; larger ones run faster.'),
      loss: byDefault(registry.losses).describe('What is minimised. Default crossEntropy.'),
      optimizer: byDefault(registry.optimizers.map(withAutomaticRate)).describe(
        'How gradients change the weights. Default sgd, which ends up a little better than adam on handwriting.',
      ),
      schedule: byDefault(registry.schedules).describe(
        'How the learning rate changes over the training. Default constant.',
      ),
      callbacks: z
        .array(typedUnion(registry.callbacks, monitors))
        .default([])
        .describe('Callbacks, called in this order while the network trains. Default []: none.'),
      ...(stopping && {
        earlyStopping: optionsSchema(stopping, monitors)
          .optional()
          .describe('Ends training when a metric no longer improves. Default: off.'),
      }),
      checkpoint: z
        .strictObject({ monitor: monitorSchema(monitors, 'val/loss'), mode: monitorOptions('val/loss').mode })
        .transform(withMode(monitors))
        .prefault({})
        .describe('Which epoch is best: its weights are evaluated and saved.'),
      gradientClipNorm: z
        .number()
        .positive()
        .max(1e9)
        .optional()
        .describe('Gradients are scaled down so that their global norm is at most this. Default: off.'),
      ema: z
        .strictObject({
          decay: z
            .number()
            .gt(0)
            .lt(1)
            .default(0.999)
            .describe('Share of the average kept at each step. Default 0.999: about the last thousand steps.'),
        })
        .optional()
        .describe('Evaluate and save an exponential moving average of the weights. Default: off.'),
      swa: z
        .strictObject({
          lastEpochs: z
            .int()
            .min(1)
            .max(100_000)
            .describe('How many of the last epochs are averaged. Their learning rate should not be small. Required.'),
        })
        .optional()
        .describe(
          'Evaluate and save the mean of the weights of the last epochs, with batch-norm statistics computed anew (Izmailov et al. 2018). Default: off.',
        ),
      mixup: z
        .strictObject({
          alpha: z
            .number()
            .positive()
            .max(100)
            .default(0.2)
            .describe(
              'Both parameters of the Beta distribution that the mix is drawn from. Default 0.2, as in the paper.',
            ),
        })
        .optional()
        .describe('Train on mixtures of two images and their labels (Zhang et al. 2018). Default: off.'),
      freeze: z
        .strictObject({
          until: z
            .string()
            .trim()
            .min(1)
            .default('body')
            .describe(
              'The last frozen layer, such as block11; body: all but the last layer of the network. Default body.',
            ),
          forEpochs: z
            .int()
            .min(1)
            .max(100_000)
            .optional()
            .describe('For how many epochs; after them all layers learn. Default: the whole training.'),
        })
        .optional()
        .describe(
          'Freezes the first layers: they do not learn, need no gradients, and their batch norms keep their statistics. Default: all layers learn.',
        ),
      layerDecay: z
        .number()
        .gt(0)
        .max(1)
        .optional()
        .describe(
          'Factor on the learning rate from each layer to the one before it, so that the first layers learn least. Default 1.',
        ),
      batchNorm: z
        .enum(['learn', 'keep'])
        .optional()
        .describe(
          'learn: batch norms take the statistics of these images; keep: those of model.from, which is better for few images. Default learn.',
        ),
      cutMix: z
        .strictObject({
          alpha: z
            .number()
            .positive()
            .max(100)
            .default(1)
            .describe(
              'Both parameters of the Beta distribution that the share left of the image is drawn from. Default 1, as in the paper.',
            ),
        })
        .optional()
        .describe(
          'Train on images with a rectangle pasted in from another, and both labels (Yun et al. 2019). If mixup is on too, each step uses one of the two. Default: off.',
        ),
      refine: z
        .strictObject({
          lastEpochs: z
            .int()
            .min(1)
            .max(100_000)
            .describe('How many of the last epochs. The learning rate should be small by then. Required.'),
          augmentation: z
            .array(typedUnion(registry.augmentations, monitors))
            .default([])
            .describe('Random changes in these epochs, in this order. Default []: none.'),
        })
        .optional()
        .describe(
          'A last phase on images that are hardly changed, or not at all: another augmentation, without mixup and cutMix (He et al. 2019). Default: off.',
        ),
      distill: z
        .strictObject({
          teachers: z
            .array(z.string().trim().min(1))
            .min(1)
            .max(16)
            .describe(
              'Trained networks on the same images and classes: folders, runs, models:/… or runs:/… in MLflow, names in the zoo, or, in a set, member:NAME: all seeds of a member above. Their probabilities are averaged. Required.',
            ),
          temperature: z
            .number()
            .min(1)
            .max(100)
            .default(2)
            .describe(
              'Divides the logits of teachers and student before the softmax: above 1, unlikely classes count more. Default 2.',
            ),
          weight: z
            .number()
            .gt(0)
            .max(1)
            .default(0.9)
            .describe(
              'Share of the teachers in the loss; the rest is the loss on the labels. Default 0.9: most of it, as in the paper.',
            ),
        })
        .optional()
        .describe(
          'Learn from the probabilities that trained networks give the same augmented images (Hinton et al. 2015; Beyer et al. 2021). Default: off.',
        ),
      precision: z
        .enum(['auto', 'fp32', 'bf16'])
        .default('fp32')
        .describe(
          'Number format of the convolutions and products. Default fp32; bf16 rounds their operands to bfloat16: faster on CPUs with AMX or AVX512-BF16, elsewhere about as fast as fp32; auto: whichever is faster on this machine.',
        ),
      towers: autoOrCount(64)
        .default(1)
        .describe(
          'Parts of a batch that are computed side by side, each with its own batch statistics. Default 1: exact batch normalisation; auto: as many as are fastest on this machine.',
        ),
      threads: autoOrCount(1024).default('auto').describe('Threads that TensorFlow uses. Default auto: one per core.'),
      backend: z
        .enum(['auto', 'tensorflow', 'tensorflow-gpu', 'wasm', 'webgpu'])
        .default('auto')
        .describe(
          'Backend that computes. Default auto: native TensorFlow if it is installed, else WebAssembly. webgpu is experimental: a graphics card of any maker.',
        ),
    })
    .check(({ value, issues }) => {
      const { epochs, optimizer, schedule, freeze, ema, swa, refine } = value as unknown as TrainingConfig;
      if (swa && swa.lastEpochs > epochs) {
        const message = `Expected at most the ${epochs} epochs. Received: ${swa.lastEpochs}.`;
        issues.push({ code: 'custom', input: swa.lastEpochs, path: ['swa', 'lastEpochs'], message });
      }
      if (refine && refine.lastEpochs >= epochs) {
        const message = `Expected fewer than the ${epochs} epochs. Received: ${refine.lastEpochs}.`;
        issues.push({ code: 'custom', input: refine.lastEpochs, path: ['refine', 'lastEpochs'], message });
      }
      if (swa && ema) {
        const message = 'The weights are averaged either by ema, over steps, or by swa, over epochs.';
        issues.push({ code: 'custom', input: swa, path: ['swa'], message });
      }
      if (freeze?.forEpochs !== undefined && freeze.forEpochs >= epochs) {
        const message = `Expected fewer than the ${epochs} epochs. Received: ${freeze.forEpochs}.`;
        issues.push({ code: 'custom', input: freeze.forEpochs, path: ['freeze', 'forEpochs'], message });
      }
      const wrong = (key: string, input: unknown, message: string) =>
        issues.push({ code: 'custom', input, path: ['schedule', key], message });
      const { warmupEpochs, minLr } = schedule;
      if (typeof warmupEpochs === 'number' && warmupEpochs >= epochs) {
        wrong('warmupEpochs', warmupEpochs, `Expected fewer than the ${epochs} epochs. Received: ${warmupEpochs}.`);
      }
      if (typeof minLr === 'number' && typeof optimizer.learningRate === 'number' && minLr > optimizer.learningRate) {
        wrong('minLr', minLr, `Expected at most the learning rate ${optimizer.learningRate}. Received: ${minLr}.`);
      }
    })
    .prefault({})
    .describe('How the network is trained.') as unknown as z.ZodType<TrainingConfig>;
}
