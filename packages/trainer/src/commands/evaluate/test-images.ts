import { statSync } from 'node:fs';
import { loadExperiment } from '@glyphlab/config';
import { type ImageShape, InputError, nearest } from '@glyphlab/core';
import { type Dataset, datasetSchemas, loadDataset, loadTestFolder } from '@glyphlab/data';
import { registry } from '../../project/registry.ts';
import { terminal } from '../../project/terminal.ts';

/** What a model is measured on. */
export type TestImages = Pick<Dataset, 'name' | 'classNames' | 'imageShape' | 'test' | 'notes'>;

/**
 * Finds what `--dataset` names, and loads it when the model is known.
 *
 * @param dataset a dataset's name; a folder of pictures, one folder a class; or a configuration file, for its test part
 * @returns loads the images; those of a folder in the given shape
 * @throws InputError if there is nothing of that name
 */
export function findTestImages(dataset: string): (imageShape: ImageShape) => Promise<TestImages> {
  const { onProgress } = terminal;
  const known = Object.keys(datasetSchemas).filter((type) => type !== 'image-folder');
  if (known.includes(dataset)) return () => loadDataset({ type: dataset }, { seed: 1, onProgress });
  const found = statSync(dataset, { throwIfNoEntry: false });
  if (found?.isDirectory()) return (imageShape) => loadTestFolder(dataset, imageShape, onProgress);
  if (found) {
    const { dataset: options, seed } = loadExperiment(dataset, { registry });
    return () => loadDataset(options, { seed, onProgress });
  }
  const close = nearest(dataset, known);
  const hint = dataset === 'image-folder' ? 'Name the folder itself.' : close && `Did you mean "${close}"?`;
  throw new InputError(
    'UNKNOWN_DATASET',
    `There is no dataset "${dataset}", and no folder or configuration file either. Known: ${known.join(', ')}.`,
    { where: '--dataset', ...(hint && { hint }) },
  );
}
