import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userCacheDir } from '@glyphlab/core';
import { TENSORFLOW_VERSION, type Variant } from './wheel.ts';

/** The release of tfjs-node whose binding sources are compiled; they change with it, and so must the cached addon. */
const BINDING_VERSION = '4.22.0';

/** libtensorflow and the binding, complete and in their place in the cache. */
export interface Installation {
  version: string;
  variant: Variant;
  /** Everything of this installation is inside. */
  dir: string;
  /** The compiled `tfjs_binding.node`. */
  binding: string;
}

/** Where an installation of this kind is, or would be. */
export function installationAt(variant: Variant = 'cpu', env: NodeJS.ProcessEnv = process.env): Installation {
  const name = `${TENSORFLOW_VERSION}-${variant}-${process.platform}-${process.arch}-tfjs${BINDING_VERSION}`;
  const dir = join(userCacheDir(env), 'tensorflow', name);
  return { version: TENSORFLOW_VERSION, variant, dir, binding: join(dir, 'tfjs_binding.node') };
}

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
