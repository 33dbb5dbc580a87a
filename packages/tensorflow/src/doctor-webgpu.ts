import { describeError } from '@glyphlab/core';
import type { Finding } from './doctor-checks.ts';
import { listAdapters, openWebGpu } from './webgpu.ts';

/** What WebGPU has on this machine: the package, and each adapter that it finds. */
export async function diagnoseWebGpu(
  env: NodeJS.ProcessEnv = process.env,
  places?: readonly string[],
): Promise<Finding[]> {
  const platform = {
    what: 'platform',
    ok: true,
    found: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
  };
  try {
    const { gpu } = await openWebGpu(env, places);
    const adapters = await listAdapters(gpu);
    const none = {
      what: 'adapter',
      ok: false,
      found: 'none: on Linux it needs Vulkan (libvulkan1, and the driver of the card)',
    };
    return [
      platform,
      { what: 'webgpu', ok: true, found: env['GLYPHLAB_WEBGPU'] ? `with ${env['GLYPHLAB_WEBGPU']}` : 'installed' },
      ...(adapters.length > 0 ? adapters.map((found) => ({ what: 'adapter', ok: true, found })) : [none]),
    ];
  } catch (error) {
    return [platform, { what: 'webgpu', ok: false, found: describeError(error) }];
  }
}

const TELL = [
  'Nobody has trained on a graphics card with WebGPU yet. To tell us how it goes, send the lines above, and what these print:',
  '  npx glyphlab run --config configs/quickstart.yaml training.backend=webgpu training.epochs=1 --no-tracking',
  '  npx glyphlab run --config configs/quickstart.yaml training.epochs=1 --no-tracking',
].join('\n');

/** What follows from it, and what to send us. */
export const webGpuVerdict = (findings: readonly Finding[]): string =>
  findings.every(({ ok }) => ok)
    ? `Training can run with training.backend=webgpu, which is experimental.\n\n${TELL}`
    : 'Training cannot run with training.backend=webgpu.';
