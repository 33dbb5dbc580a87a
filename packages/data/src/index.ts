export { classCounts } from './class-counts.ts';
export type { Dataset, Split } from './dataset.ts';
export { splitDigest } from './digest.ts';
export { loadTestFolder } from './image-folder.ts';
export { loadDataset, type DatasetOptions, type LoadContext } from './load-dataset.ts';
export { datasetSchemas, type DatasetType } from './options.ts';
export { type PictureOptions, readPicture } from './picture.ts';
export { type Picture, type Preparation, preparationFor } from './picture-prepare.ts';
