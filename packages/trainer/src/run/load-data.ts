import type { ExperimentConfig } from '@glyphlab/config';
import { DataError, imageSize } from '@glyphlab/core';
import { type Dataset, holdOutFold, withExtraPictures } from '@glyphlab/data';
import { make } from '../project/make.ts';
import type { Kinds } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';

/**
 * The dataset of the experiment.
 * @param tell whether its size and notes are printed
 */
export async function loadData(
  { dataset: options, seed }: Pick<ExperimentConfig, 'dataset' | 'seed'>,
  { datasets }: Pick<Kinds, 'datasets'>,
  signal: AbortSignal,
  { tell = true } = {},
): Promise<Dataset> {
  const { fold, extra, ...ofKind } = options;
  const { onProgress } = terminal;
  const whole = await make('dataset', datasets, ofKind, { seed, onProgress, signal });
  requireWhole(whole, options.type);
  const folded = fold ? holdOutFold(whole, fold, seed) : whole;
  // Extra pictures are for the training alone, in every fold.
  const dataset = extra ? await withExtraPictures(folded, extra, { onProgress, signal }) : folded;
  if (!tell) return dataset;
  const { name, train, val, test, classNames, notes } = dataset;
  const count = (n: number): string => n.toLocaleString('en');
  terminal.onMessage(
    `${name}: ${count(train.size)} train, ${count(val.size)} validation, ${count(test.size)} test images, ${classNames.length} classes`,
  );
  for (const note of notes) terminal.onMessage(`Note: ${note}`);
  return dataset;
}

/** Of a dataset of a person's own: what would be trained on as noise, or end in an error of TensorFlow's. */
function requireWhole({ imageShape, classNames, ...dataset }: Dataset, type: string): void {
  const refuse = (message: string): never => {
    throw new DataError('DATASET_INVALID', message, {
      where: `dataset › ${type}`,
      hint: 'Fix what its load() returns.',
    });
  };
  if (classNames.length < 2) refuse(`Expected at least two classes. Received: ${classNames.length}.`);
  for (const part of ['train', 'val', 'test'] as const) {
    const { images, labels, size, stored } = dataset[part];
    const length = size * imageSize(imageShape);
    if (size < 1) refuse(`The ${part} part has no images.`);
    if (!stored && images.length !== length)
      refuse(`The ${part} part has ${images.length} values; ${size} images [${imageShape}] have ${length}.`);
    if (labels.length !== size) refuse(`The ${part} part has ${labels.length} labels for ${size} images.`);
    const wrong = labels.find((label) => label >= classNames.length);
    if (wrong !== undefined) refuse(`The ${part} part has the label ${wrong}; there are ${classNames.length} classes.`);
  }
}
