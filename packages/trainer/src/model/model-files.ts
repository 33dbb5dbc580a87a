import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, describeError, InputError } from '@glyphlab/core';
import type { Preparation } from '@glyphlab/data';
import type { ModelDescription } from '@glyphlab/export';
import { createNetwork, type Network } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import { findModel } from './find-model.ts';
import { formats, type ModelFormat, writeDocuments } from './model-formats.ts';
import { terminal } from '../project/terminal.ts';

/** What a saved model says of itself, in `model.json` under `userDefinedMetadata`. */
export interface ModelCard extends ModelDescription {
  /** How a person's picture is prepared for it. Models of earlier releases leave it to the name of the dataset. */
  pictures?: Preparation;
}

/** The network with probabilities as its output: images [n, h, w, c] in [-1, 1] → probabilities [n, classes]. */
export function withProbabilities({ model }: Network, { name }: ModelCard): tf.LayersModel {
  const probabilities = tf.layers.softmax({ name: 'probabilities' }).apply(model.outputs[0]!) as tf.SymbolicTensor;
  return tf.model({ inputs: model.inputs, outputs: probabilities, name: name.replace(/[^\w-]/g, '_') });
}

/**
 * Writes a model for tfjs and as ONNX, with `MLmodel`, card and example. A network that ONNX cannot hold is written for tfjs alone,
 * and a message says why. The folder appears whole or not at all.
 */
export async function writeModel(
  directory: string,
  network: Network,
  card: ModelCard,
  example: unknown,
): Promise<void> {
  const toWrite = { model: withProbabilities(network, card), description: card, example };
  const part = `${directory}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const written: ModelFormat[] = ['tfjs'];
  await formats.tfjs.write(part, toWrite);
  try {
    await formats.onnx.write(part, toWrite);
    written.unshift('onnx');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    terminal.onMessage(`The model is saved for tfjs only.\n${describeError(error)}`);
  }
  await writeDocuments(part, toWrite, written);
  await rm(directory, { recursive: true, force: true });
  await rename(part, directory);
}

/**
 * Reads what {@link writeModel} wrote.
 * @param model its folder, or its name in MLflow; see {@link findModel}
 * @returns the network with logits as output, as it was trained
 * @throws InputError if there is no model in the folder, or one that no run saved; DataError if it is damaged
 */
export async function readModel(model: string): Promise<{ network: Network; card: ModelCard }> {
  const directory = await findModel(model);
  const file = join(directory, 'model.json');
  let json: tf.io.ModelJSON;
  let weightData: Buffer;
  try {
    json = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    weightData = await readFile(join(directory, 'weights.bin'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new DataError('MODEL_DAMAGED', `Not JSON: ${cause.message}`, { where: file, cause });
    throw new InputError('MODEL_NOT_FOUND', 'No model is there: expected model.json and weights.bin.', {
      where: directory,
      hint: 'A run leaves its model in .glyphlab/runs/<uuid>/model.',
      cause,
    });
  }
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
    const logits = tf.model({ inputs: whole.inputs, outputs: whole.layers.at(-1)!.input as tf.SymbolicTensor });
    return { network: createNetwork(logits), card };
  } catch (cause) {
    throw new DataError('MODEL_DAMAGED', `The model does not load: ${(cause as Error).message}`, {
      where: file,
      cause,
    });
  }
}
