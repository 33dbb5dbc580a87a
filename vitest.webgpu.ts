import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { configDefaults, type TestProjectInlineConfiguration } from 'vitest/config';

// For packages with tests on WebGPU (`….webgpu.test.ts`): those run in processes that are started with Chromium's SwiftShader, a Vulkan
// that computes on the processor, where there is one.

const FOLDERS = ['/usr/lib/chromium', '/opt/google/chrome'];
const DRIVER = 'vk_swiftshader_icd.json';
const WEBGPU = 'src/**/*.webgpu.test.ts';

function softwareVulkan(): Record<string, string> {
  const folder = FOLDERS.find((path) => ['libvulkan.so.1', DRIVER].every((name) => existsSync(join(path, name))));
  if (folder === undefined) return {};
  const libraries = [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  return { LD_LIBRARY_PATH: libraries, VK_ICD_FILENAMES: join(folder, DRIVER), GLYPHLAB_WEBGPU: 'backend=vulkan' };
}

/** @param setupFiles of the other tests */
export const withWebGpu = (name: string, setupFiles: string[] = []): TestProjectInlineConfiguration[] => [
  {
    test: {
      name,
      include: ['src/**/*.test.ts'],
      exclude: [...configDefaults.exclude, WEBGPU],
      setupFiles,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  },
  {
    test: {
      name: `${name} on WebGPU`,
      include: [WEBGPU],
      env: softwareVulkan(),
      testTimeout: 300_000,
      hookTimeout: 300_000,
    },
  },
];
