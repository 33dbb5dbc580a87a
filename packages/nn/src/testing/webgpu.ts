import { describeError, GlyphlabError } from '@glyphlab/core';
import { loadWebGpuBackend } from '../backend/webgpu.ts';

/**
 * Makes WebGPU what is computed with. Its test file is named `….webgpu.test.ts`, so that its process is started with Chromium's Vulkan.
 *
 * @returns why it cannot be tried here; undefined if it can
 * @throws GlyphlabError instead, where no test may be skipped
 */
export async function webGpuMissing(): Promise<string | undefined> {
  try {
    await loadWebGpuBackend();
    return undefined;
  } catch (error) {
    if (process.env['GLYPHLAB_TEST_ALL'] || !(error instanceof GlyphlabError)) throw error;
    return describeError(error);
  }
}
