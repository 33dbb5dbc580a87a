import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, InputError } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';

/** A model as it was saved. */
export interface ReadModel {
  /** Images [n, h, w, c] in [-1, 1] → logits [n, classes], as it was trained. */
  model: tf.LayersModel;
  card: ModelCard;
}

/**
 * Reads what `writeModel` wrote.
 *
 * @param directory the model's folder
 * @throws InputError if there is no model in the folder, or one that no run saved; DataError if it is damaged
 */
export async function readModel(directory: string): Promise<ReadModel> {
  const file = join(directory, 'model.json');
  const { json, weightData } = await readFiles(directory, file);
  if (!Array.isArray(json.userDefinedMetadata?.['classNames']))
    throw new InputError('MODEL_NOT_OURS', 'This tfjs model does not say what its classes are.', {
      where: file,
      hint: 'Only models that a run has saved are taken.',
    });
  try {
    const whole = await tf.loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology as object,
        weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
        weightData: new Uint8Array(weightData).buffer,
        ...(json.userDefinedMetadata && { userDefinedMetadata: json.userDefinedMetadata }),
      }),
    });
    const card = whole.getUserDefinedMetadata() as unknown as ModelCard;
    const model = tf.model({ inputs: whole.inputs, outputs: whole.layers.at(-1)!.input as tf.SymbolicTensor });
    return { model, card };
  } catch (cause) {
    throw new DataError('MODEL_DAMAGED', `The model does not load: ${(cause as Error).message}`, {
      where: file,
      cause,
    });
  }
}

async function readFiles(directory: string, file: string): Promise<{ json: tf.io.ModelJSON; weightData: Buffer }> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    return { json, weightData: await readFile(join(directory, 'weights.bin')) };
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new DataError('MODEL_DAMAGED', `Not JSON: ${cause.message}`, { where: file, cause });
    throw new InputError('MODEL_NOT_FOUND', 'No model is there: expected model.json and weights.bin.', {
      where: directory,
      hint: 'A run leaves its model in .glyphlab/runs/<uuid>/model.',
      cause,
    });
  }
}
