export type { Dataset, Split } from './dataset.ts';
export { splitDigest } from './splits/digest.ts';
export { loadTestFolder } from './image-folder/load.ts';
export { loadDataset, type DatasetOptions, type LoadContext } from './load-dataset.ts';
export { datasetSchemas, type DatasetType } from './options.ts';
export { preparationFor } from './preparation-for.ts';
