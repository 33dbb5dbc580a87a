import { defineModel } from '@glyphlab/nn/kinds';
import { options } from './options.ts';

export const cnn = defineModel({
  type: 'cnn',
  options,
  load: async () => (await import('./cnn.ts')).buildCnn,
});
