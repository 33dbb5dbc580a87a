import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, test, vi } from 'vitest';
import { selectBackend } from './backend.ts';

/** This process says that it runs on another system, where nothing is installed and no program is found. */
function pretend(platform: NodeJS.Platform, arch: NodeJS.Architecture): string {
  const cache = join(temporaryDirectory(), 'cache');
  vi.stubEnv('GLYPHLAB_CACHE_DIR', cache);
  vi.stubEnv('PATH', temporaryDirectory());
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  vi.spyOn(process, 'arch', 'get').mockReturnValue(arch);
  return cache;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const options = { threads: 'auto', towers: 1 } as const;

test.each([
  ['win32', 'x64', /no native TensorFlow [\d.]+ for win32 on x64\..*On Windows use WSL/],
  ['win32', 'arm64', /for win32 on arm64/],
  ['darwin', 'x64', /no native TensorFlow [\d.]+ for darwin on x64/],
  // There it exists; what is missing is said.
  ['darwin', 'arm64', /C\+\+ compiler is needed.*xcode-select --install/],
  ['linux', 'arm64', /C\+\+ compiler is needed.*apt install g\+\+/],
] as const)(
  'auto on %s %s computes on WebAssembly where there is no native TensorFlow, and says why',
  async (platform, arch, why) => {
    const cache = pretend(platform, arch);
    const messages: string[] = [];
    const { name, threads } = await selectBackend({
      ...options,
      backend: 'auto',
      onMessage: (message) => messages.push(message),
    });
    expect([name, threads, tf.getBackend()]).toEqual(['wasm', 1, 'wasm']);
    expect(tf.tidy(() => tf.square(7).dataSync()[0])).toBe(49);
    expect(messages.at(-1)).toMatch(why);
    expect(messages.at(-1)).toMatch(/continues on WebAssembly, about \d+ times slower/);
    // Nothing was downloaded in vain.
    expect(existsSync(join(cache, 'tensorflow', 'pip'))).toBe(false);
  },
);

test.each(['tensorflow', 'tensorflow-gpu'] as const)(
  '%s on Windows is refused, with what there is instead',
  async (backend) => {
    pretend('win32', 'x64');
    await expect(selectBackend({ ...options, backend })).rejects.toMatchObject({
      code: 'TENSORFLOW_UNSUPPORTED_PLATFORM',
      hint: expect.stringContaining('wasm') as string,
    });
  },
);
