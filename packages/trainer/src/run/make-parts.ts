import type { ExperimentConfig } from '@glyphlab/config';
import type { Metric } from '@glyphlab/core';
import { classCounts, type Dataset } from '@glyphlab/data';
import type { Augment, Loss, Optimizer } from '@glyphlab/nn';
import type { Callback, Distillation, Refinement, RunSink, Schedule } from '@glyphlab/training';
import type * as tf from '@tensorflow/tfjs';
import { loadKind, make } from '../project/make.ts';
import type { Kinds } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';
import type { RatedConfig } from './settle-config.ts';
import { openTeachers } from './teachers.ts';

/** What an experiment trains and measures with, made as its configuration says. */
export interface Parts {
  augmentation: readonly Augment[];
  /** The same of the last epochs, if they differ. */
  refine: Refinement | undefined;
  loss: Loss;
  /** The networks that it learns from. */
  distill: Distillation | undefined;
  createOptimizer(weights: readonly tf.Variable[]): Optimizer;
  /** Of the optimizer: where the schedule starts from. */
  schedule: Schedule;
  /** By the names that their states are kept under in checkpoints. */
  callbacks: Readonly<Record<string, Callback>>;
  /** Measured beside loss and accuracy. */
  metrics: readonly Metric[];
  /** How the views of test-time augmentation differ. */
  view: readonly Augment[];
}

/** @param watching callbacks beside those of the configuration */
export async function makeParts(
  config: RatedConfig,
  kinds: Kinds,
  dataset: Dataset,
  run: RunSink,
  watching: Readonly<Record<string, Callback>> = {},
): Promise<Parts> {
  const { augmentation, training, evaluation } = config;
  const { optimizer, schedule, loss, epochs, batchSize } = training;
  const { classNames, imageShape, train, val } = dataset;
  const views = evaluation.testTimeAugmentation;
  const context = {
    epochs,
    batchSize,
    classNames,
    imageShape,
    trainSize: train.size,
    val,
    run,
    onMessage: terminal.onMessage,
  };
  // Under this name early stopping has always kept its state.
  const stopping = training.earlyStopping && { stopping: { type: 'earlyStopping', ...training.earlyStopping } };
  const asked = { ...stopping, ...Object.fromEntries(training.callbacks.map((one, k) => [`callbacks.${k}`, one])) };
  const callbacks: [string, Callback][] = [];
  for (const [name, options] of Object.entries(asked))
    callbacks.push([name, await make('callback', kinds.callbacks, options, context)]);
  const { refine } = training;
  return {
    augmentation: await makeAugmentation(augmentation, kinds),
    refine: refine && {
      fromEpoch: epochs - refine.lastEpochs + 1,
      augmentation: await makeAugmentation(refine.augmentation, kinds),
    },
    loss: await make('loss', kinds.losses, loss, {
      numClasses: classNames.length,
      classCounts: classCounts(train, classNames.length),
    }),
    distill: training.distill && (await openTeachers(training.distill, dataset)),
    createOptimizer: await loadKind('optimizer', kinds.optimizers, optimizer),
    schedule: await make('schedule', kinds.schedules, schedule, { learningRate: optimizer.learningRate, epochs }),
    callbacks: { ...Object.fromEntries(callbacks), ...watching },
    metrics: await Promise.all(
      evaluation.metrics.map(async (options) => {
        const { name } = kinds.metrics.find((kind) => kind.type === options.type)!;
        return { name, measure: await make('metric', kinds.metrics, options, undefined) };
      }),
    ),
    view: views ? [await make('augmentation', kinds.augmentations, { type: 'affine', ...views }, undefined)] : [],
  };
}

/** Changes of training images, in their order. */
export const makeAugmentation = (steps: ExperimentConfig['augmentation'], kinds: Kinds): Promise<Augment[]> =>
  Promise.all(steps.map((step) => make('augmentation', kinds.augmentations, step, undefined)));
