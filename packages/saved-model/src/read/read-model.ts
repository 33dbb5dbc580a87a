import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, InputError } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';
import { isOwnLayer, registerLostNames } from './layer-classes.ts';
import { repairTopology } from './repair-topology.ts';

/** A model as it was saved. */
export interface ReadModel {
  /** Images [n, h, w, c] in [-1, 1] → logits [n, classes], as it was trained. */
  model: tf.LayersModel;
  /** The same with probabilities as its output, as it lies in the file. */
  probabilities: tf.LayersModel;
  card: ModelCard;
  /** Classes of layers that tfjs knows only by the model's kind, which plain tfjs cannot load. */
  ownLayers: string[];
}

/** A kind of model, as far as reading takes it. */
export interface LoadableKind {
  type: string;
  /** Imports its code, which registers its layers with `tf.serialization.registerClass`. */
  load(): Promise<unknown>;
}

/**
 * Reads what `writeModel` wrote. The kind that the model was built by is loaded before its layers are: they may be the kind's own.
 *
 * @param directory the model's folder
 * @param kinds all that are known here
 * @throws InputError MODEL_NOT_FOUND if there is no model in the folder, MODEL_NOT_OURS if no run saved it, MODEL_UNKNOWN_KIND if
 *   it has layers of a kind that is not known here; DataError MODEL_DAMAGED
 */
export async function readModel(directory: string, kinds: readonly LoadableKind[]): Promise<ReadModel> {
  const file = join(directory, 'model.json');
  const { json, weightData } = await readFiles(directory, file);
  requireNumbers(weightData, json, join(directory, 'weights.bin'));
  const card = json.userDefinedMetadata as unknown as ModelCard | undefined;
  if (!Array.isArray(card?.classNames))
    throw new InputError('MODEL_NOT_OURS', 'This tfjs model does not say what its classes are.', {
      where: file,
      hint: 'Only models saved by a run can be used.',
    });
  const types = kindsOf(card);
  const loaded = kinds.filter((known) => types.includes(known.type));
  for (const kind of loaded) await kind.load();
  registerLostNames();
  try {
    const probabilities = await load(json, weightData);
    const model = card.meanOf?.what === 'probabilities' ? ofMean(probabilities) : withoutProbabilities(probabilities);
    const classes = new Set(probabilities.layers.filter(isOwnLayer).map((layer) => layer.getClassName()));
    return { model, probabilities, card, ownLayers: [...classes] };
  } catch (cause) {
    const { message } = cause as Error;
    const [, unknown] = /^Unknown ([a-z]+: [^.\s]+)/.exec(message) ?? [];
    if (unknown !== undefined) {
      const type = types.find((name) => !loaded.some((kind) => kind.type === name)) ?? types[0];
      throw unknownPart(unknown, { file, type, isKnown: loaded.some((kind) => kind.type === type), cause });
    }
    throw new DataError('MODEL_DAMAGED', `The model does not load: ${message}`, { where: file, cause });
  }
}

/** @throws DataError if a weight is NaN: whatever such a model is given, it answers nonsense */
function requireNumbers(weightData: Buffer, json: tf.io.ModelJSON, file: string): void {
  const specs = json.weightsManifest?.flatMap(({ weights }) => weights) ?? [];
  if (specs.some(({ dtype, quantization }) => dtype !== 'float32' || quantization)) return;
  const values = new Float32Array(new Uint8Array(weightData).buffer, 0, Math.floor(weightData.length / 4));
  if (values.every((value) => !Number.isNaN(value))) return;
  throw new DataError(
    'MODEL_DAMAGED',
    'Weights of the model are NaN: its training had diverged, or the file is damaged.',
    {
      where: file,
    },
  );
}

/** Types of the kinds that a model's layers may be of: of what is the mean of several, all of theirs. */
const kindsOf = ({ kind, origin, meanOf }: ModelCard): string[] => [
  ...[kind ?? origin?.architecture ?? []].flat(),
  ...(meanOf?.members.flatMap(kindsOf) ?? []),
];

async function load(json: tf.io.ModelJSON, weightData: Buffer): Promise<tf.LayersModel> {
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights);
  repairTopology(json.modelTopology, weightSpecs);
  return tf.loadLayersModel({
    load: async () => ({
      modelTopology: json.modelTopology as object,
      weightSpecs,
      weightData: new Uint8Array(weightData).buffer,
    }),
  });
}

const withoutProbabilities = ({ inputs, layers }: tf.LayersModel): tf.LayersModel =>
  tf.model({ inputs, outputs: layers.at(-1)!.input as tf.SymbolicTensor });

/** A mean of probabilities has no logits, but its logarithms have it as their softmax. */
const ofMean = ({ inputs, outputs }: tf.LayersModel): tf.LayersModel =>
  tf.model({ inputs, outputs: new Logarithm({}).apply(outputs[0]!) as tf.SymbolicTensor });

/** Only in memory: never saved, so not registered. */
class Logarithm extends tf.layers.Layer {
  static className = 'Logarithm';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    // What float32 has lost has a logarithm all the same.
    return tf.log(tf.maximum([inputs].flat()[0]!, 1e-30));
  }
}

interface Found {
  file: string;
  type: string | undefined;
  isKnown: boolean;
  cause: unknown;
}

/** @param unknown as `layer: PatchEmbedding` */
function unknownPart(unknown: string, { file, type, isKnown, cause }: Found): InputError {
  const where = { where: file, cause };
  if (isKnown)
    return new InputError('MODEL_UNKNOWN_LAYER', `Its kind "${type}" does not register the ${unknown}.`, {
      ...where,
      hint: "Call tf.serialization.registerClass with it in the kind's file.",
    });
  const kind = type === undefined ? 'a kind that it does not name' : `the kind "${type}"`;
  return new InputError(
    'MODEL_UNKNOWN_KIND',
    `The model was built by ${kind}, which is not known here, and has a part of its own, the ${unknown}.`,
    { ...where, hint: 'Use it from the project whose glyphlab.config.ts defines that kind.' },
  );
}

async function readFiles(directory: string, file: string): Promise<{ json: tf.io.ModelJSON; weightData: Buffer }> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
    return { json, weightData: await readFile(join(directory, 'weights.bin')) };
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new DataError('MODEL_DAMAGED', `Not JSON: ${cause.message}`, { where: file, cause });
    throw new InputError('MODEL_NOT_FOUND', 'There is no model here: expected model.json and weights.bin.', {
      where: directory,
      hint: 'A run leaves its model in .glyphlab/runs/<uuid>/model.',
      cause,
    });
  }
}
