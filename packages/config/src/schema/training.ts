import { z } from 'zod';
import { monitorShape, withMode } from './monitor.ts';
import { optimizerSchema } from './optimizer.ts';
import { scheduleSchema } from './schedule.ts';

/** `auto`, or a whole number from 1. */
const autoOrCount = (maximum: number) =>
  z.union([z.literal('auto'), z.int().min(1).max(maximum)], {
    error: `Expected auto or a whole number from 1 to ${maximum}.`,
  });

const earlyStopping = z
  .strictObject({
    ...monitorShape('val/loss'),
    patience: z
      .int()
      .min(0)
      .max(100_000)
      .default(10)
      .describe('Epochs without improvement before training ends. Default 10.'),
    minDelta: z
      .number()
      .min(0)
      .max(1_000)
      .default(0)
      .describe('Smallest change that counts as improvement, in units of the metric. Default 0.'),
  })
  .transform(withMode);

const checkpoint = z
  .strictObject(monitorShape('val/loss'))
  .transform(withMode)
  .prefault({})
  .describe('Which epoch is the best: its weights are the ones that are evaluated and saved.');

export const trainingSchema = z
  .strictObject({
    epochs: z
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .describe('Passes over the training set. Default 10: above 99 % on MNIST already.'),
    batchSize: z
      .int()
      .min(1)
      .max(65_536)
      .default(32)
      .describe('Images a step. Default 32: small batches generalise a little better; larger ones run faster.'),
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    earlyStopping: earlyStopping.optional().describe('Ends training when a metric no longer improves. Default: off.'),
    checkpoint,
    labelSmoothing: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe(
        'Share of the target that is spread over all classes (Szegedy et al. 2016). Default 0: off; 0.1 is usual.',
      ),
    gradientClipNorm: z
      .number()
      .positive()
      .max(1e9)
      .optional()
      .describe('Gradients are scaled down so that their joint norm is at most this. Default: off.'),
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
    mixup: z
      .strictObject({
        alpha: z
          .number()
          .positive()
          .max(100)
          .default(0.2)
          .describe('Both parameters of the Beta distribution that the mix is drawn from. Default 0.2, as the paper.'),
      })
      .optional()
      .describe('Train on mixtures of two images and their labels (Zhang et al. 2018). Default: off.'),
    precision: z
      .enum(['fp32', 'bf16'])
      .default('fp32')
      .describe(
        'Number format of the convolutions and products. Default fp32; bf16 is faster on CPUs with AMX or AVX512-BF16.',
      ),
    towers: autoOrCount(64)
      .default(1)
      .describe(
        'Parts of a batch that are computed side by side, each with its own batch statistics. Default 1: exact batch normalisation.',
      ),
    threads: autoOrCount(1024).default('auto').describe('Threads that TensorFlow uses. Default auto: one a core.'),
    backend: z
      .enum(['auto', 'tensorflow', 'tensorflow-gpu', 'wasm'])
      .default('auto')
      .describe('What computes. Default auto: native TensorFlow if it is installed, else WebAssembly.'),
  })
  .check(({ value: { epochs, optimizer, schedule }, issues }) => {
    const wrong = (key: string, input: unknown, message: string) =>
      issues.push({ code: 'custom', input, path: ['schedule', key], message });
    if ('warmupEpochs' in schedule && schedule.warmupEpochs >= epochs) {
      wrong(
        'warmupEpochs',
        schedule.warmupEpochs,
        `Expected less than the ${epochs} epochs. Received: ${schedule.warmupEpochs}.`,
      );
    }
    if ('minLr' in schedule && schedule.minLr > optimizer.learningRate) {
      wrong(
        'minLr',
        schedule.minLr,
        `Expected at most the learning rate ${optimizer.learningRate}. Received: ${schedule.minLr}.`,
      );
    }
  })
  .prefault({})
  .describe('How the network is trained.');

/** Everything about training, complete: every default is filled in. */
export type TrainingConfig = z.infer<typeof trainingSchema>;
