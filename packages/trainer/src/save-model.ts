import { join } from 'node:path';
import type { ExperimentConfig } from '@glyphlab/config';
import type { Dataset } from '@glyphlab/data';
import { writeMlModel } from '@glyphlab/tracking';
import type { Network } from '@glyphlab/training';
import { writeModel } from './model-files.ts';
import type { TrainingOutcome } from './train.ts';

/**
 * Writes the network into the run's folder, with the `MLmodel` by which MLflow knows it.
 * @returns the model's folder; undefined if no epoch came to its end: there is nothing learnt to keep
 */
export async function saveModel(
  network: Network,
  dataset: Dataset,
  config: ExperimentConfig,
  { bestEpoch }: TrainingOutcome,
  runDirectory: string,
): Promise<string | undefined> {
  if (bestEpoch === 0) return undefined;
  const directory = join(runDirectory, 'model');
  const { classNames, imageShape } = dataset;
  await writeModel(directory, network, {
    name: config.name,
    dataset: dataset.type,
    classNames: [...classNames],
    imageShape,
    preprocessing: 'pixels / 127.5 - 1',
  });
  writeMlModel(directory, {
    flavors: { tfjs_layers: { data: 'model.json', tfjs_version: '4.22.0' } },
    signature: {
      inputs: [{ name: 'image', dtype: 'float32', shape: [-1, ...imageShape] }],
      outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1, classNames.length] }],
    },
  });
  return directory;
}
