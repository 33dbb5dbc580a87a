import '@tensorflow/tfjs-backend-wasm';
import { GlyphlabError } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import { registerWasmConvKernels } from './wasm-conv-kernels.ts';

/**
 * Makes WebAssembly what tfjs computes with, on one thread with SIMD where the processor has it (under Node it can have no more
 * threads: its workers are browser workers). What it lacks for training is added.
 *
 * @throws GlyphlabError WASM_UNAVAILABLE
 */
export async function loadWasmBackend(): Promise<void> {
  registerWasmConvKernels();
  if (await tf.setBackend('wasm')) return;
  throw new GlyphlabError('WASM_UNAVAILABLE', 'The WebAssembly backend of tfjs does not start.', {
    hint: 'Install the packages anew: npm ci',
  });
}
