import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Installation, locateTensorFlow } from './installation.ts';
import { prepareEnvironment } from './load.ts';

const require = createRequire(import.meta.url);
export const LOADER_SOURCE = join(import.meta.dirname, 'library-loader.cc');

/** Where the addon that loads TensorFlow beside other work lies in an installation, compiled or not; each version has a name. */
export function loaderIn({ dir }: Pick<Installation, 'dir'>): string {
  const version = createHash('sha256').update(readFileSync(LOADER_SOURCE)).digest('hex').slice(0, 8);
  return join(dir, 'tensorflow', `library_loader-${version}.node`);
}

const isSupported = process.platform === 'linux';

/** Compiles that addon, in a second, where this installation has none. Where that fails, TensorFlow loads when it is needed. */
export async function prepareLoader(installation: Installation, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const target = loaderIn(installation);
  if (!isSupported || existsSync(target)) return;
  const { compileAddon, requireCompiler } = await import('./compile-binding.ts');
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(dirname(target), 'loader-'));
    const made = join(folder, 'loader.node');
    await compileAddon(LOADER_SOURCE, made, { compiler: await requireCompiler(env), log: join(folder, 'log'), env });
    await rename(made, target);
  } catch {
    // Nothing depends on it.
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

let loading: Promise<unknown> | undefined;

/**
 * Begins to load native TensorFlow on another thread, if it is installed: what then calls `loadTensorFlow` waits for no more than the
 * rest. To be called as soon as it is sure to be needed, and before long work in JavaScript or on files.
 */
export function preloadTensorFlow(): void {
  const installation = locateTensorFlow('cpu');
  if (loading !== undefined || !isSupported || installation === undefined) return;
  const file = loaderIn(installation);
  if (!existsSync(file)) return;
  const quiet = prepareEnvironment();
  const { load } = require(file) as { load(library: string, quiet: boolean): Promise<boolean> };
  // Whether it worked shows when the binding is loaded.
  loading = load(join(dirname(installation.binding), 'libtensorflow_cc.so.2'), quiet);
}

/** TensorFlow reads the environment as it loads, on its thread; so nothing may be written to that before this ends. */
export async function preloaded(): Promise<void> {
  await loading;
}
