import { installationAt } from './installation.ts';
import { loadTensorFlow } from './load.ts';
import type { Variant } from './wheel.ts';

/**
 * Run as a process of its own: loads native TensorFlow, multiplies two matrices, prints what it found as JSON. If the library
 * crashes, only this process does.
 */
const startMs = performance.now();
const tf = loadTensorFlow(installationAt(process.argv[2] as Variant));
const loadMs = Math.round(performance.now() - startMs);
const product = tf.tidy(() =>
  tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).arraySync(),
);
const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
const correct = JSON.stringify(product) === '[[19,22],[43,50]]';
console.log(JSON.stringify({ correct, version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice, loadMs }));
