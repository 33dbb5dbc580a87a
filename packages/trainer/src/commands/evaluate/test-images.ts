import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadExperiment, type TypedOptions } from '@glyphlab/config';
import { type ImageShape, InputError, nearest } from '@glyphlab/core';
import { type Dataset, loadTestFolder } from '@glyphlab/data';
import { make } from '../../project/make.ts';
import { loadProject } from '../../project/project.ts';
import { terminal } from '../../project/terminal.ts';

/** What a model is measured on. */
export type TestImages = Pick<Dataset, 'name' | 'classNames' | 'imageShape' | 'test' | 'notes'>;

/**
 * Finds what `--dataset` names, and loads it when the model is known.
 *
 * @param dataset a dataset's name; a folder of pictures, one folder a class; or a configuration file, for its test part
 * @param skipUnreadable whether pictures of a folder that cannot be read are left out
 * @returns loads the images; those of a folder in the given shape
 * @throws InputError if there is nothing of that name
 */
export async function findTestImages(
  dataset: string,
  { skipUnreadable = false } = {},
): Promise<(imageShape: ImageShape) => Promise<TestImages>> {
  const { onProgress } = terminal;
  const found = statSync(dataset, { throwIfNoEntry: false });
  const { kinds } = await loadProject(...(found?.isFile() ? [dirname(resolve(dataset))] : []), process.cwd());
  const { datasets } = kinds;
  // A name is enough for what needs no options.
  const known = datasets.filter(({ options }) => options.safeParse({}).success).map(({ type }) => type);
  const load = (options: TypedOptions, seed: number) => () => make('dataset', datasets, options, { seed, onProgress });
  if (known.includes(dataset)) {
    const { options } = datasets.find(({ type }) => type === dataset)!;
    return load({ type: dataset, ...options.parse({}) }, 1);
  }
  if (found?.isDirectory())
    return (imageShape) =>
      loadTestFolder(dataset, imageShape, { onProgress, unreadable: skipUnreadable ? 'skip' : 'refuse' });
  if (found) {
    const { dataset: options, seed } = loadExperiment(dataset, { registry: kinds });
    return load(options, seed);
  }
  const close = nearest(dataset, known);
  const needsOptions = datasets.some(({ type }) => type === dataset);
  const hint = needsOptions
    ? 'Name its folder, or a configuration file that has its options.'
    : close && `Did you mean "${close}"?`;
  throw new InputError(
    'UNKNOWN_DATASET',
    `There is no dataset "${dataset}", and no folder or configuration file either. Known: ${known.join(', ')}.`,
    { where: '--dataset', ...(hint && { hint }) },
  );
}
