import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { describeFindings } from './doctor.ts';
import { diagnoseWebGpu, webGpuVerdict } from './doctor-webgpu.ts';
import { listAdapters, openWebGpu } from './webgpu.ts';

afterEach(() => vi.restoreAllMocks());

/** A project that has a package webgpu like Dawn's, with these adapters. */
function project(adapters: string): string[] {
  const directory = temporaryDirectory({
    'node_modules/webgpu/package.json': '{ "name": "webgpu", "type": "module", "exports": "./index.js" }',
    'node_modules/webgpu/index.js': `
      const adapters = ${adapters};
      export const globals = { GPUThing: 1 };
      export const create = (options) => {
        if (options[0] === 'backend=none') throw new Error('unknown option');
        return { requestAdapter: async (wish) => adapters[wish.powerPreference ?? 'fallback'] ?? null };
      };`,
  });
  return [join(directory, 'package.json')];
}

const card = `{ info: { vendor: 'amd', architecture: 'rdna-3', device: '', description: 'RADV NAVI31' } }`;
const software = `{ info: { vendor: 'google', architecture: 'swiftshader', device: '', description: '' } }`;

test('each adapter is listed once, the one that is taken first', async () => {
  const { gpu } = await openWebGpu(
    {},
    project(`{ 'high-performance': ${card}, 'low-power': ${card}, fallback: ${software} }`),
  );
  expect(await listAdapters(gpu)).toEqual(['amd, rdna-3, RADV NAVI31', 'google, swiftshader']);
});

test('where the package is missing the doctor says how to install it', async () => {
  const findings = await diagnoseWebGpu({}, [join(temporaryDirectory(), 'package.json')]);
  expect(describeFindings(findings)).toMatch(/^missing +webgpu +.*WEBGPU_NOT_INSTALLED/m);
  expect(describeFindings(findings)).toMatch(/npm install webgpu@[\d.]+ @tensorflow\/tfjs-backend-webgpu@[\d.]+/);
  expect(webGpuVerdict(findings)).toMatch(/cannot run/);
});

test('where there is no adapter it says what WebGPU needs', async () => {
  const findings = await diagnoseWebGpu({}, project('{}'));
  expect(describeFindings(findings)).toMatch(/^ok +webgpu.*\nmissing +adapter +none: .*Vulkan/m);
});

test('with an adapter it says what to send us', async () => {
  const findings = await diagnoseWebGpu(
    { GLYPHLAB_WEBGPU: 'backend=vulkan' },
    project(`{ 'high-performance': ${card} }`),
  );
  expect(describeFindings(findings)).toMatch(/^ok +webgpu +with backend=vulkan\nok +adapter +amd, rdna-3/m);
  expect(webGpuVerdict(findings)).toMatch(/experimental[^]*send the lines above[^]*training\.backend=webgpu/);
});

test('options that Dawn does not know are an error with its words', async () => {
  const opening = openWebGpu({ GLYPHLAB_WEBGPU: 'backend=none' }, project('{}'));
  await expect(opening).rejects.toMatchObject({ code: 'WEBGPU_UNAVAILABLE', cause: { message: 'unknown option' } });
});
