import { DataError, nearest } from '@glyphlab/core';
import { datasetCacheDir, type LoadContext } from '../dataset-kind.ts';
import type { Dataset } from '../dataset.ts';
import { joinSplits } from '../splits/stratify.ts';
import { contentsOf, findFolder } from './files.ts';
import { classFolders, listPicturesOf } from './listing.ts';
import { readPictures } from './read.ts';

/** Pictures of a person that are trained on beside a dataset's own. */
export interface ExtraPictures {
  /** Holds a folder for each class that has some. */
  directory: string;
  /** How often an epoch has each of them. */
  times: number;
}

/**
 * The dataset with pictures of a folder among its training images, scaled to their shape; validation and test stay.
 *
 * @throws DataError if the folder is not there, holds no picture, one that cannot be read, or a class that the dataset has not
 */
export async function withExtraPictures(
  dataset: Dataset,
  { directory, times }: ExtraPictures,
  { env = process.env, cacheDir = datasetCacheDir(env), onProgress, signal }: Omit<LoadContext, 'seed'>,
): Promise<Dataset> {
  const { classNames, imageShape } = dataset;
  const folder = await findFolder(directory, env, 'dataset.extra.directory');
  const classes = classFolders((await contentsOf(folder)).folders);
  const strange = classes.filter(({ className }) => !classNames.includes(className));
  if (strange.length > 0) {
    const similar = nearest(strange[0]!.className, classNames);
    const names = strange.map(({ className }) => className).join(', ');
    throw new DataError('DATA_EXTRA_CLASSES', `${dataset.name} has no classes with these names: ${names}.`, {
      where: folder,
      hint: similar
        ? `Did you mean "${similar}"?`
        : `Name its folders after the classes: ${classNames.slice(0, 20).join(', ')}.`,
    });
  }
  const pictures = await listPicturesOf(folder, classes, (className) => classNames.indexOf(className));
  if (pictures.length === 0)
    throw new DataError('DATA_EXTRA_EMPTY', 'None of the class folders holds a picture.', {
      where: folder,
      hint: `Put pictures into folders named after their classes, such as ${classNames[0]}.`,
    });
  const listing = { folder, classNames: [...classNames], others: [], pictures };
  const extra = await readPictures(listing, imageShape, {
    cacheDir,
    unreadable: 'refuse',
    storage: 'memory',
    onProgress,
    signal,
  });
  const note = `The training images include ${extra.size} extra pictures of ${folder}${times > 1 ? `, each ${times} times` : ''}.`;
  return {
    ...dataset,
    train: joinSplits([dataset.train, ...Array<typeof extra>(times).fill(extra)]),
    notes: [...dataset.notes, note],
  };
}
