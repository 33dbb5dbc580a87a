import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';

/** Placeholder until the kernels are registered. */
export async function loadWasmBackend(): Promise<void> {
  await tf.setBackend('wasm');
}
