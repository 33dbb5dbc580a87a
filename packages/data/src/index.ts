import { datasets } from './kinds.ts';

export type { Dataset, Split } from './dataset.ts';
export type { LoadContext } from './dataset-kind.ts';
export { loadTestFolder } from './image-folder/load.ts';
export { type DatasetOptions, loadDataset } from './load-dataset.ts';
export { splitDigest } from './splits/digest.ts';

/** The options of each dataset by its `type`, for a registry that does not take kinds yet. */
export const datasetSchemas = Object.fromEntries(datasets.map(({ type, options }) => [type, options]));
