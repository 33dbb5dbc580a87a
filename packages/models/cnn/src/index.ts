import type { ModelKind } from '@glyphlab/nn';
import { options } from './options.ts';

export const cnn: ModelKind<typeof options> = {
  type: 'cnn',
  options,
  load: async () => (await import('./cnn.ts')).cnn,
};
