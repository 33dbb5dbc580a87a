import { defineModel } from '@glyphlab/nn/kinds';
import { options } from './options.ts';

export const efficientnet = defineModel({
  type: 'efficientnet',
  options,
  load: async () => (await import('./efficientnet.ts')).buildEfficientnet,
});
