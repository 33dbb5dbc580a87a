import { defineModel } from '@glyphlab/nn/kinds';
import { options } from './options.ts';

export const efficientnetLite = defineModel({
  type: 'efficientnet-lite',
  options,
  load: async () => (await import('./efficientnet-lite.ts')).buildEfficientnetLite,
  pretrained: { imagenet: async () => (await import('./imagenet/imagenet-weights.ts')).imagenetWeights },
});
