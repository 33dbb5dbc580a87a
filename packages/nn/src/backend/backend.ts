import { GlyphlabError, type OnProgress } from '@glyphlab/core';
import {
  DOCTOR,
  installTensorFlow,
  loadTensorFlow,
  locateTensorFlow,
  preloaded,
  prepareKernels,
  prepareLoader,
} from '@glyphlab/tensorflow';
import { thisMachine } from '@glyphlab/tensorflow/processor';
import * as tf from '@tensorflow/tfjs';
import { useFastGradients } from '../layers/fast-layers.ts';
import { registerWasmConvKernels } from './wasm-conv-kernels.ts';
import { loadWebGpuBackend } from './webgpu.ts';

export interface BackendOptions {
  backend: 'auto' | 'tensorflow' | 'tensorflow-gpu' | 'wasm' | 'webgpu';
  threads: 'auto' | number;
  /** Parts of a batch that run side by side; they decide how the threads are shared out. */
  towers: number;
  onProgress?: OnProgress;
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/** What computes from now on. */
export interface BackendInfo {
  name: 'tensorflow' | 'wasm' | 'webgpu';
  /** Of TensorFlow, else of tfjs; with WebGPU also the adapter. */
  version: string;
  threads: number;
}

/**
 * Loads the backend that everything computes with. Native TensorFlow is installed if this machine has none yet; where that fails
 * and `backend` is `auto`, WebAssembly takes its place and a message says why and what it costs. WebGPU is taken only if asked for.
 *
 * TensorFlow reads the number of its threads when it is loaded: the first call in a process decides.
 *
 * @throws GlyphlabError if `backend` names native TensorFlow or WebGPU and it cannot be had
 */
export async function selectBackend(options: BackendOptions): Promise<BackendInfo> {
  const threads = options.threads === 'auto' ? thisMachine().cores : options.threads;
  const tfjs = tf.version['tfjs-core'] ?? '';
  if (options.backend === 'webgpu') {
    const adapter = await loadWebGpuBackend();
    options.onMessage?.('The backend webgpu is experimental: op by op, and tried on no graphics card yet.');
    return { name: 'webgpu', version: `${tfjs} (${adapter})`, threads: 1 };
  }
  if (options.backend !== 'wasm') {
    try {
      return await loadNative(options, threads);
    } catch (error) {
      if (options.backend !== 'auto' || !(error instanceof GlyphlabError) || options.signal?.aborted) throw error;
      options.onMessage?.(
        `Native TensorFlow is not available: ${error.message} ${error.hint ?? ''}\n` +
          `Training continues on WebAssembly, about 30 times slower. To see what is missing: ${DOCTOR}`,
      );
    }
  }
  await loadWasmBackend();
  return { name: 'wasm', version: tfjs, threads: 1 };
}

async function loadNative(options: BackendOptions, threads: number): Promise<BackendInfo> {
  const variant = options.backend === 'tensorflow-gpu' ? 'gpu' : 'cpu';
  const { onProgress, onMessage, signal } = options;
  const installation =
    locateTensorFlow(variant) ??
    (await installTensorFlow({
      variant,
      ...(onProgress && { onProgress }),
      ...(onMessage && { onMessage }),
      ...(signal && { signal }),
    }));
  await preloaded();
  // A tower runs on threads of its own, and nothing in it waits for another thread to wake up.
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(Math.max(1, Math.floor(threads / options.towers)));
  process.env['TF_NUM_INTEROP_THREADS'] ??= String(Math.max(options.towers, Math.min(threads, 2)));
  await prepareKernels(installation, { onMessage, signal });
  loadTensorFlow(installation);
  await prepareLoader(installation);
  useFastGradients();
  return { name: 'tensorflow', version: installation.version, threads };
}

/**
 * Makes WebAssembly what tfjs computes with, on one thread with SIMD where the processor has it (under Node it can have no more
 * threads: its workers are browser workers). What it lacks for training is added.
 *
 * @throws GlyphlabError WASM_UNAVAILABLE
 */
export async function loadWasmBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  registerWasmConvKernels();
  if (await tf.setBackend('wasm')) return;
  throw new GlyphlabError('WASM_UNAVAILABLE', 'The WebAssembly backend of tfjs does not start.', {
    hint: 'Install the packages again: npm ci',
  });
}
