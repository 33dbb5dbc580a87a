import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, type ImageShape, InputError } from '@glyphlab/core';
import { createNetwork, type Network } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import { findModel } from './find-model.ts';

/** What a saved model says of itself, in `model.json` under `userDefinedMetadata`. */
export interface ModelCard {
  name: string;
  dataset: string;
  classNames: string[];
  imageShape: ImageShape;
  /** What is done to pixels 0–255 before the first layer. */
  preprocessing: string;
}

/**
 * Writes a tfjs layers model, `model.json` and `weights.bin`, that plain `tf.loadLayersModel` reads: images [n, h, w, c] in
 * [-1, 1] → probabilities [n, classes]. The folder appears whole or not at all.
 */
export async function writeModel(directory: string, { model }: Network, card: ModelCard): Promise<void> {
  const probabilities = tf.layers.softmax({ name: 'probabilities' }).apply(model.outputs[0]!) as tf.SymbolicTensor;
  const whole = tf.model({ inputs: model.inputs, outputs: probabilities, name: card.name.replace(/[^\w-]/g, '_') });
  whole.setUserDefinedMetadata({ ...card });
  const part = `${directory}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  await whole.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { weightSpecs, weightData, ...rest } = artifacts;
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(
        join(part, 'weights.bin'),
        Buffer.from(tf.io.concatenateArrayBuffers([weightData as ArrayBuffer].flat())),
      );
      await writeFile(join(part, 'model.json'), JSON.stringify({ ...rest, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  await rm(directory, { recursive: true, force: true });
  await rename(part, directory);
}

/**
 * Reads what {@link writeModel} wrote.
 * @param model its folder, or its name in MLflow; see {@link findModel}
 * @returns the network with logits as output, as it was trained
 * @throws InputError if there is no model in the folder; DataError if it is damaged
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
