import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { type DatasetKind, picturesOf } from '@glyphlab/data/kinds';
import { type ModelCard, readModel } from '@glyphlab/saved-model';
import { loadProject } from '@glyphlab/trainer';
import * as tf from '@tensorflow/tfjs';
import { FILES, type PageData, featuresOf } from '../page-data.ts';
import { writeSamples } from './sample-files.ts';
import { takeSamples } from './samples.ts';

/** A network that a page can run. */
export interface Network {
  /** Where it is saved. */
  directory: string;
  model: tf.LayersModel;
  card: ModelCard;
  /** All kinds of dataset that its project knows. */
  datasets: readonly DatasetKind[];
}

/**
 * Opens a saved network.
 *
 * @throws InputError if it has layers that no page has, or is an ensemble; DataError if it is damaged
 */
export async function openNetwork(directory: string): Promise<Network> {
  const { kinds } = await loadProject(directory, process.cwd());
  const { model, card, ownLayers } = await readModel(directory, kinds.models);
  requirePlainLayers(directory, ownLayers);
  requireOneNetwork(directory, card);
  return { directory, model, card, datasets: kinds.datasets };
}

/**
 * Writes what a page needs of a network into a folder: its weights, what is said of it, and images of its data.
 *
 * @param options.examples whether images of its data are to be there, if they can be had
 */
export async function writeNetwork(
  { directory, model, card, datasets }: Network,
  out: string,
  { examples }: { examples: boolean },
): Promise<PageData> {
  await mkdir(join(out, 'model'), { recursive: true });
  const samples = examples ? await takeSamples(card, datasets) : undefined;
  const { name, dataset, classNames, imageShape, pictures = picturesOf(dataset, datasets), origin } = card;
  const page: PageData = { name, dataset, classNames, imageShape, preparation: pictures };
  if (origin?.test) page.accuracy = origin.test.accuracy;
  if (samples) {
    const { inputs, outputs } = model;
    const features = tf.model({ inputs, outputs: featuresOf(outputs[0]!) });
    page.samples = await writeSamples(out, samples, imageShape, features);
  }
  await copyFile(join(directory, 'model.json'), join(out, FILES.model));
  await copyFile(join(directory, 'weights.bin'), join(out, FILES.weights));
  await writeFile(join(out, FILES.page), JSON.stringify(page));
  return page;
}

/** The page shows what the last layer decides on, of which an ensemble has several. */
function requireOneNetwork(directory: string, { meanOf }: ModelCard): void {
  if (meanOf?.what !== 'probabilities') return;
  throw new InputError('PLAYGROUND_ENSEMBLE', `The page shows one network; this is ${meanOf.members.length} in one.`, {
    where: directory,
    hint: 'Give its members to --model, one after the other: the page then offers them all.',
  });
}

/** The page has tfjs's layers alone. */
function requirePlainLayers(directory: string, ownLayers: readonly string[]): void {
  if (ownLayers.length === 0) return;
  throw new InputError(
    'PLAYGROUND_OWN_LAYERS',
    `The page cannot run this network: it has layers of its own kind, ${ownLayers.join(', ')}, and a page has only those of TensorFlow.js.`,
    { where: directory, hint: "Name another model with --model, or build the network of TensorFlow.js's own layers." },
  );
}
