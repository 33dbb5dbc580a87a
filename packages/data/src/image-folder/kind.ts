import { defineDataset, datasetCacheDir } from '../dataset-kind.ts';
import { options } from './options.ts';

export const imageFolder = defineDataset({
  type: 'image-folder',
  pictures: 'resize',
  augmentation: 'photo',
  options: options.describe(
    'Your own pictures, one folder per class: PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, PGM or PPM.',
  ),
  async load() {
    const { loadImageFolder } = await import('./load.ts');
    return (chosen, { env = process.env, cacheDir = datasetCacheDir(env), ...context }) =>
      loadImageFolder(chosen, { env, cacheDir, ...context });
  },
});
