import { defineModel } from '@glyphlab/nn/kinds';
import { options } from './options.ts';

export const resnet = defineModel({
  type: 'resnet',
  options,
  load: async () => (await import('./resnet.ts')).buildResnet,
});
