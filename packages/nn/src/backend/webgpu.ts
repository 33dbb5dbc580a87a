import { GlyphlabError } from '@glyphlab/core';
import { describeAdapter, notInstalled, openWebGpu } from '@glyphlab/tensorflow/webgpu';
import * as tf from '@tensorflow/tfjs';

/** Which limits of the device tfjs wants to be the adapter's, not the standard's. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

/** What WebGPU said was wrong since the last values were read: computing itself fails without a word. */
let failure: string | undefined;
let adapterName: string | undefined;

/**
 * Makes WebGPU what tfjs computes with: tfjs's own backend for it, op by op, on Dawn. Experimental.
 *
 * @returns the adapter, as a person knows it
 * @throws GlyphlabError WEBGPU_NOT_INSTALLED, WEBGPU_UNAVAILABLE, WEBGPU_NO_ADAPTER
 */
export async function loadWebGpuBackend(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (adapterName !== undefined) {
    await tf.setBackend('webgpu');
    return adapterName;
  }
  const { gpu, globals } = await openWebGpu(env);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new GlyphlabError('WEBGPU_NO_ADAPTER', 'WebGPU finds no graphics adapter on this machine.', {
      hint: 'On Linux it needs Vulkan: libvulkan1 and the driver of the card. GLYPHLAB_WEBGPU has options of Dawn, such as backend=vulkan.',
    });
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  device.onuncapturederror = ({ error }) => (failure ??= error.message);
  void device.lost.then(({ reason, message }) => (failure ??= `the device is lost (${reason}): ${message}`));

  // The backend looks for both where a browser has them.
  Object.assign(globalThis, globals);
  const scope = globalThis as { navigator?: object };
  if (scope.navigator === undefined) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu').catch(() => {
    throw notInstalled();
  });
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device as never, adapter.info as never));
  if (!(await tf.setBackend('webgpu')))
    throw new GlyphlabError('WEBGPU_UNAVAILABLE', 'The WebGPU backend of tfjs does not start.');
  adapterName = describeAdapter(adapter);
  return adapterName;
}

/**
 * Gets the values of tensors, so that `dataSync` has them, where they come later only (WebGPU). Other backends have them at once:
 * there it is undefined, and nothing waits.
 *
 * @throws GlyphlabError WEBGPU_FAILED if something was wrong since the last time: a kernel, the memory, the device
 */
export function fetchValues(tensors: readonly tf.Tensor[]): Promise<void> | undefined {
  return tf.getBackend() === 'webgpu' ? fetchAll(tensors) : undefined;
}

async function fetchAll(tensors: readonly tf.Tensor[]): Promise<void> {
  await Promise.all(tensors.map((tensor) => tensor.data()));
  if (failure === undefined) return;
  const message = `WebGPU reports an error: ${failure}`;
  failure = undefined;
  throw new GlyphlabError('WEBGPU_FAILED', message, {
    hint: 'The backend webgpu is experimental. Take smaller batches, or the backend auto.',
  });
}
