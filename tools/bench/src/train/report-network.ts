import { cnn } from '@glyphlab/model-cnn';
import { buildModel, selectBackend } from '@glyphlab/nn';
import { createNetwork, type Network } from '@glyphlab/training';
import type { Dataset } from '@glyphlab/data';

/** Loads native TensorFlow with its threads shared out for so many towers. */
export async function selectNative(towers: number): Promise<string> {
  const { version } = await selectBackend({ backend: 'tensorflow', threads: 'auto', towers });
  return `TensorFlow ${version}`;
}

const build = await cnn.load();

/** The report's CNN with the options that are its defaults. */
export const reportNetwork = (imageShape: Dataset['imageShape']): Network =>
  createNetwork(buildModel(() => build(cnn.options.parse({}), { imageShape, numClasses: 10 }), 1));
