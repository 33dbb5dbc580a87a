import type { ImageShape } from '@glyphlab/core';
import { selectBackend } from '@glyphlab/nn';
import type { ModelCard } from '@glyphlab/saved-model';
import { createNetwork } from '@glyphlab/training';
import type * as tf from '@tensorflow/tfjs';
import { answersTo } from '../commands/predict/predict-pictures.ts';
import { openModel } from './saved-model.ts';

/** A saved model, ready to be asked. */
export interface LoadedModel {
  /** Images [n, height, width, channels] in [-1, 1] → logits [n, classes]. */
  model: tf.LayersModel;
  classNames: readonly string[];
  imageShape: ImageShape;
  card: ModelCard;
}

export interface ClassProbability {
  name: string;
  /** 0–1. */
  probability: number;
}

/** @throws what `openModel` does */
export async function loadModel(name: string): Promise<LoadedModel> {
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1 });
  const { network, card } = await openModel(name);
  return { model: network.model, classNames: card.classNames, imageShape: card.imageShape, card };
}

/**
 * @returns of each file its classes, the likeliest first
 * @throws GlyphlabError of the first file that cannot be read
 */
export async function predictFiles(
  { model, card }: LoadedModel,
  files: readonly string[],
): Promise<ClassProbability[][]> {
  const { answers, unreadable } = await answersTo(files, createNetwork(model), card);
  if (unreadable.length > 0) throw unreadable[0]!.error;
  return answers.map(({ classes }) => classes);
}
