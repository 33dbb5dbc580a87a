import * as tf from '@tensorflow/tfjs-core';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

/** What tfjs can compute with in a browser. */
export const BACKENDS = {
  wasm: { title: 'WebAssembly', start: startWasm },
  webgl: { title: 'WebGL', start: startWebgl },
  webgpu: { title: 'WebGPU', start: startWebgpu },
} as const;

export type BackendName = keyof typeof BACKENDS;

/** @returns whether it works here */
export async function startBackend(name: BackendName): Promise<boolean> {
  await BACKENDS[name].start();
  return tf.setBackend(name);
}

async function startWasm(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // Threads need headers that a static folder cannot send.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': wasmUrl,
    'tfjs-backend-wasm-simd.wasm': wasmSimdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': wasmSimdUrl,
  });
}

async function startWebgl(): Promise<void> {
  await import('@tensorflow/tfjs-backend-webgl');
}

async function startWebgpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-webgpu');
}

/** Whether a graphics processor is there that is worth a trial: drawing imitated by the processor is not. */
export async function hasGraphics(name: 'webgl' | 'webgpu'): Promise<boolean> {
  if (name === 'webgl') {
    const context = new OffscreenCanvas(1, 1).getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  }
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined && !adapter.info.isFallbackAdapter;
}
