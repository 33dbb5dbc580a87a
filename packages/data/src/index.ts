export type { Dataset, Split } from './dataset.ts';
export type { LoadContext } from './dataset-kind.ts';
export { loadTestFolder } from './image-folder/load.ts';
export { type DatasetOptions, loadDataset } from './load-dataset.ts';
export { classCounts } from './dataset.ts';
export { splitDigest } from './dataset.ts';
