/*
 * All datasets by name, with what they are asked for. Light: decoders and downloads are imported when one is loaded.
 */
import type { Preparation } from '@glyphlab/pictures';
import type { DatasetKind } from './dataset-kind.ts';
import { csv } from './csv/kind.ts';
import { imageFolder } from './image-folder/kind.ts';
import { emnistBalanced, fashionMnist, mnist, mnist10k } from './official/kinds.ts';
import { synthetic } from './synthetic/kind.ts';

export { type DatasetKind, defineDataset, type LoadContext } from './dataset-kind.ts';

/** The datasets that come with us. */
export const datasets: readonly DatasetKind[] = [
  mnist,
  mnist10k,
  emnistBalanced,
  fashionMnist,
  imageFolder,
  csv,
  synthetic,
];

/**
 * How a person's picture is prepared for a model that has learnt from a dataset, for models of earlier releases, which do not say.
 *
 * @param type of the dataset; one that is not known gives `resize`
 */
export const picturesOf = (type: string, kinds: readonly DatasetKind[] = datasets): Preparation =>
  kinds.find((kind) => kind.type === type)?.pictures ?? 'resize';
