import { join } from 'node:path';
import type { ExperimentConfig } from '@glyphlab/config';
import { type Dataset, pixelsOf, type Split } from '@glyphlab/data';
import type { Evaluation } from '@glyphlab/evaluation';
import { fetchValues } from '@glyphlab/nn';
import { type ModelOrigin, writeModel } from '@glyphlab/saved-model';
import type { Network } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import type { Kinds } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';
import type { TrainingOutcome } from './train.ts';

/**
 * Writes the network into the run's folder, for tfjs and as ONNX, with its card and the `MLmodel` by which MLflow serves it.
 * @returns the model's folder; undefined if no epoch came to its end: there is nothing learnt to keep
 */
export async function saveModel(
  network: Network,
  dataset: Dataset,
  config: ExperimentConfig,
  { datasets }: Pick<Kinds, 'datasets'>,
  training: TrainingOutcome,
  evaluation: Evaluation | undefined,
  runDirectory: string,
): Promise<string | undefined> {
  if (training.bestEpoch === 0) return undefined;
  await fetchValues(network.variables);
  const directory = join(runDirectory, 'model');
  const { classNames, imageShape, test } = dataset;
  const card = {
    name: config.name,
    kind: config.model.type,
    dataset: config.dataset.type,
    classNames: [...classNames],
    imageShape,
    preprocessing: 'pixels / 127.5 - 1',
    pictures: dataset.preparation ?? datasets.find(({ type }) => type === config.dataset.type)!.pictures,
    origin: originOf(network, dataset, config, training, evaluation),
  };
  const example = exampleOf(test, imageShape);
  await writeModel(directory, network.model, card, { example, onMessage: terminal.onMessage });
  return directory;
}

/** The first image as lists in lists; undefined if there is none. */
export function exampleOf(split: Split, shape: readonly number[]): unknown {
  if (split.size === 0) return undefined;
  const image = tf.tensor(Float32Array.from(pixelsOf(split, [0])), [...shape]);
  const lists = image.arraySync();
  image.dispose();
  return lists;
}

function originOf(
  network: Network,
  { name, notes, train, val, test }: Dataset,
  config: ExperimentConfig,
  training: TrainingOutcome,
  evaluation: Evaluation | undefined,
): ModelOrigin {
  return {
    architecture: config.model.type,
    parameters: network.model.countParams(),
    dataset: name,
    notes: [...notes],
    images: { train: train.size, val: val.size, test: test.size },
    epochs: training.history.length,
    bestEpoch: training.bestEpoch,
    seed: config.seed,
    augmentation: config.augmentation.map(({ type }) => type),
    ...(evaluation && {
      test: {
        accuracy: evaluation.accuracy,
        loss: evaluation.loss,
        macroF1: evaluation.macro.f1,
        calibrationError: evaluation.calibration.expectedCalibrationError,
      },
    }),
  };
}
