import * as tf from '@tensorflow/tfjs';
import { selectBackend } from '../backend/backend.ts';

/** All are ready once this module is loaded. */
export const backends = ['tensorflow', 'wasm'] as const;
for (const backend of backends) await selectBackend({ backend, threads: 1, towers: 1 });

/** A test's body on a backend, its tensors disposed of. */
export const on = (backend: (typeof backends)[number], body: () => void) => async (): Promise<void> => {
  await tf.setBackend(backend);
  tf.tidy(body);
};
