import { datasetCacheDir, defineDataset } from '../dataset-kind.ts';
import { options } from './options.ts';

export const csv = defineDataset({
  type: 'csv',
  pictures: 'resize',
  augmentation: 'photo',
  options: options.describe('Your own pictures, listed in a table: path, label and, if you like, split.'),
  async load() {
    const { loadCsv } = await import('./load.ts');
    return (chosen, { env = process.env, cacheDir = datasetCacheDir(env), ...context }) =>
      loadCsv(chosen, { env, cacheDir, ...context });
  },
});
