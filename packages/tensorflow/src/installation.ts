import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userCacheDir } from '@glyphlab/core';
import { TENSORFLOW_VERSION, type Variant } from './wheel.ts';

/** The release of tfjs-node whose binding is compiled, and our build of it: raise the number when the layout changes. */
export const BUILD = 'tfjs4.22.0-1';

/** libtensorflow and the binding, complete and in their place in the cache. */
export interface Installation {
  version: string;
  variant: Variant;
  /** Everything of this installation is inside. */
  dir: string;
  /** The compiled `tfjs_binding.node`, beside the libraries. */
  binding: string;
  /** The addon that hides what TensorFlow prints when it is loaded. */
  stderrGate: string;
}

/** Where an installation of this kind is, or would be. */
export function installationAt(variant: Variant = 'cpu', env: NodeJS.ProcessEnv = process.env): Installation {
  const name = `${TENSORFLOW_VERSION}-${variant}-${process.platform}-${process.arch}-${BUILD}`;
  const dir = join(userCacheDir(env), 'tensorflow', name);
  return { version: TENSORFLOW_VERSION, variant, dir, ...addonsIn(dir) };
}

/** Where the addons lie below an installation's directory, complete or in the making. */
export const addonsIn = (dir: string) => ({
  binding: join(dir, 'tensorflow', 'tfjs_binding.node'),
  stderrGate: join(dir, 'tensorflow', 'stderr_gate.node'),
});

/**
 * The installation on this machine, or undefined. Costs one stat call: an installation is renamed into place when it is
 * complete, so where its binding is, all of it is.
 */
export function locateTensorFlow(
  variant: Variant = 'cpu',
  env: NodeJS.ProcessEnv = process.env,
): Installation | undefined {
  const installation = installationAt(variant, env);
  return existsSync(installation.binding) ? installation : undefined;
}
