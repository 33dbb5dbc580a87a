import type { ModelKind } from '@glyphlab/nn';
import { options } from './options.ts';

export const efficientnet: ModelKind<typeof options> = {
  type: 'efficientnet',
  options,
  load: async () => (await import('./efficientnet.ts')).efficientnet,
};
