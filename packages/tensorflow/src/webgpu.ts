import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GlyphlabError } from '@glyphlab/core';

/*
 * WebGPU under Node: npm's `webgpu`, which is Dawn, Chromium's implementation, on Vulkan, Metal or Direct3D. It holds the binaries of all
 * systems, 132 MB, so it is installed by those who want it.
 */

/** What was tried: Dawn, and tfjs's backend on it. */
const WEBGPU_PACKAGES = 'webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0';

/** The parts of WebGPU's own interfaces that are used here. */
export interface WebGpuAdapter {
  info: { vendor: string; architecture: string; device: string; description: string };
  limits: Record<string, number>;
  features: ReadonlySet<string>;
  requestDevice(options: object): Promise<WebGpuDevice>;
}

export interface WebGpuDevice {
  lost: Promise<{ reason: string; message: string }>;
  onuncapturederror: ((event: { error: { message: string } }) => void) | null;
  destroy(): void;
}

export interface WebGpu {
  requestAdapter(options?: object): Promise<WebGpuAdapter | null>;
}

interface Dawn {
  create(options: string[]): WebGpu;
  /** The classes and constants that a browser has as globals. */
  globals: Record<string, unknown>;
}

function findPackage(places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve('webgpu');
    } catch {
      continue;
    }
  }
  return undefined;
}

/** WEBGPU_NOT_INSTALLED: which packages there must be. */
export const notInstalled = (): GlyphlabError =>
  new GlyphlabError('WEBGPU_NOT_INSTALLED', 'The backend webgpu needs packages that are not installed.', {
    hint: `Install them (150 MB on disk): npm install ${WEBGPU_PACKAGES}`,
  });

/**
 * Starts WebGPU. `GLYPHLAB_WEBGPU` has Dawn's own options, separated by commas, as `backend=vulkan`.
 *
 * @param places files that the package is looked for from: a project's, then ours
 * @throws GlyphlabError WEBGPU_NOT_INSTALLED; WEBGPU_UNAVAILABLE if the package does not start on this system
 */
export async function openWebGpu(
  env: NodeJS.ProcessEnv = process.env,
  places: readonly string[] = [join(process.cwd(), 'package.json'), import.meta.url],
): Promise<{ gpu: WebGpu; globals: Dawn['globals'] }> {
  const file = findPackage(places);
  if (file === undefined) throw notInstalled();
  try {
    const { create, globals } = (await import(pathToFileURL(file).href)) as Dawn;
    return { gpu: create(env['GLYPHLAB_WEBGPU']?.split(',').map((option) => option.trim()) ?? []), globals };
  } catch (error) {
    throw new GlyphlabError(
      'WEBGPU_UNAVAILABLE',
      `The package webgpu does not start on ${process.platform} ${process.arch}: ${(error as Error).message}`,
      {
        cause: error,
        hint: 'It has binaries for Linux and Windows (x64, arm64) and macOS. GLYPHLAB_WEBGPU has options of Dawn, such as backend=vulkan.',
      },
    );
  }
}

/** An adapter as a person knows it. */
export const describeAdapter = ({ info }: WebGpuAdapter): string =>
  [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(', ') ||
  'an adapter that says nothing of itself';

/** What WebGPU finds here, the one that would be taken first. */
export async function listAdapters(gpu: WebGpu): Promise<string[]> {
  const wishes = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  const found: string[] = [];
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish);
    if (adapter) found.push(describeAdapter(adapter));
  }
  return [...new Set(found)];
}
