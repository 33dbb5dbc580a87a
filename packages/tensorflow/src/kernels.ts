import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describeError } from '@glyphlab/core';
import type { Installation } from './installation.ts';
import { flagsOf, type Machine, thisMachine } from './processor.ts';

const require = createRequire(import.meta.url);

/** Of the sources and how they are compiled: first digits of a SHA-256, which a test compares. */
export const KERNELS_VERSION = '5de69553';

/** Where our own TensorFlow kernels lie in an installation, compiled or not. */
export const kernelsIn = ({ dir }: Pick<Installation, 'dir'>): string =>
  join(dir, 'tensorflow', `glyphlab_kernels-${KERNELS_VERSION}.node`);

/** What decides whether they are used. */
export type KernelMachine = Pick<Machine, 'env' | 'platform' | 'arch' | 'cpuinfo'>;

/**
 * Whether our own kernels are to be used: on Linux on x64 with AVX2, where they were measured to be faster than oneDNN's. That is without
 * AVX512, and with it on AMD's Zen 4, which works on AVX512's registers half by half. `GLYPHLAB_KERNELS=off` leaves them out, `on` takes
 * them with AVX512 anywhere.
 */
export function usesKernels(machine: KernelMachine = thisMachine()): boolean {
  const { env, platform, arch } = machine;
  const flags = flagsOf(machine);
  const runs = platform === 'linux' && arch === 'x64' && flags.has('avx2') && flags.has('fma');
  const wish = env['GLYPHLAB_KERNELS'];
  return runs && wish !== 'off' && (wish === 'on' || !flags.has('avx512f') || isZen4(machine));
}

/** Of AMD's processors with AVX512, those of family 25 (19h) are Zen 4. */
const isZen4 = ({ cpuinfo }: Pick<Machine, 'cpuinfo'>): boolean =>
  /^vendor_id\s*: AuthenticAMD$/m.test(cpuinfo) && /^cpu family\s*: 25$/m.test(cpuinfo);

export interface PrepareOptions {
  env?: NodeJS.ProcessEnv;
  onMessage?: ((message: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Compiles our own kernels where they are to be used and this installation has none, which takes some ten seconds. Where that
 * fails, a message says so, and TensorFlow's do the work.
 */
export async function prepareKernels(
  installation: Installation,
  { env = process.env, onMessage, signal }: PrepareOptions = {},
): Promise<void> {
  if (installation.variant !== 'cpu' || existsSync(kernelsIn(installation)) || !usesKernels({ ...thisMachine(), env }))
    return;
  const { compileKernels, requireCompiler } = await import('./compile-binding.ts');
  onMessage?.('Compiling faster convolutions for this processor, once for this machine.');
  let folder: string | undefined;
  try {
    const libraries = dirname(installation.binding);
    folder = await mkdtemp(join(libraries, 'kernels-'));
    const made = join(folder, 'kernels.node');
    const compiler = await requireCompiler(env);
    await compileKernels(libraries, made, { compiler, log: join(installation.dir, 'kernels.log'), env, ...(signal && { signal }) }); // prettier-ignore
    // Another process may have done the same meanwhile: one file takes the other's place.
    await rename(made, kernelsIn(installation));
  } catch (error) {
    signal?.throwIfAborted();
    onMessage?.(`They do not compile, so TensorFlow’s own are used, which are slower: ${describeError(error)}`);
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

/** Makes our own kernels known to TensorFlow, which is loaded, if they are there and to be used. */
export function loadKernels(installation: Installation): void {
  const file = kernelsIn(installation);
  if (installation.variant === 'cpu' && usesKernels() && existsSync(file)) require(file);
}
