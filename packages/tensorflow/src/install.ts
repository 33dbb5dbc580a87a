import type { OnProgress } from '@glyphlab/core';
import type { Wheel } from '@glyphlab/python';
import { type Installation, installationAt, locateTensorFlow } from './installation.ts';
import { requireSupported } from './platform.ts';
import type { Variant } from './wheel.ts';

export interface InstallOptions {
  /** `gpu` is built the same way and loads, but no CUDA device was at hand to run it on. */
  variant?: Variant;
  onProgress?: OnProgress;
  /** One line for a person: what is done, or waited for. */
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

/**
 * Gets libtensorflow from PyPI and builds the Node binding for it, once per machine and user. Returns at once if that is
 * done; waits if another process is doing it; goes on where an interrupted one stopped.
 *
 * @throws GlyphlabError with a code `TENSORFLOW_…` for each thing that can be missing; the abort reason of `signal`
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<Installation> {
  const { variant = 'cpu', env } = options;
  return (
    locateTensorFlow(variant, env) ?? installWheels(requireSupported(variant), installationAt(variant, env), options)
  );
}

/** Installs `wheels` as `installation`, unless another process has done it when the lock is free. */
export async function installWheels(
  wheels: readonly Wheel[],
  installation: Installation,
  { env = process.env, onProgress = () => {}, onMessage = () => {}, signal }: InstallOptions,
): Promise<Installation> {
  // Loaded here, not at each start of a training: it is needed once per machine.
  const { buildOnce } = await import('./build-installation.ts');
  await buildOnce(wheels, installation, { env, onProgress, onMessage, signal });
  return installation;
}
