import { defineDataset } from '../dataset-kind.ts';
import { options } from './options.ts';

export const synthetic = defineDataset({
  type: 'synthetic',
  pictures: 'resize',
  augmentation: 'handwriting',
  options: options.describe('Simple drawn shapes that any network learns quickly; for tests.'),
  async load() {
    const { makeSynthetic } = await import('./synthetic.ts');
    return async (chosen, { seed }) => makeSynthetic(chosen, seed);
  },
});
