import type { ModelKind } from '@glyphlab/nn';
import { options } from './options.ts';

export const resnet: ModelKind<typeof options> = {
  type: 'resnet',
  options,
  load: async () => (await import('./resnet.ts')).resnet,
};
