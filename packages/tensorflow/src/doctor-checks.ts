import { access, constants, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describeError, userCacheDir } from '@glyphlab/core';
import { type Command, lastLines, runCommand } from '@glyphlab/python';
import { glibcVersion, requireSupported } from './platform.ts';
import { TENSORFLOW_VERSION, type Variant } from './wheel.ts';

/** One thing looked at. */
export interface Finding {
  what: string;
  ok: boolean;
  found: string;
  /** Only an installation needs it: where TensorFlow is installed, it may be missing. */
  forInstall?: boolean;
}

/** Whether there is a TensorFlow for this system. */
export function platformFinding(variant: Variant): Finding {
  const glibc = process.platform === 'linux' ? `, glibc ${glibcVersion() ?? 'none'}` : '';
  const found = `${process.platform} ${process.arch}${glibc}`;
  try {
    requireSupported(variant);
    return { what: 'platform', ok: true, found };
  } catch (error) {
    return { what: 'platform', ok: false, found: `${found}\n${describeError(error)}` };
  }
}

/** What package.json allows: `^20.19.0 || ^22`, and so on. */
const { engines } = createRequire(import.meta.url)('../package.json') as { engines: { node: string } };
const releases = engines.node.split(' || ').map((range) => range.slice(1).split('.').map(Number));

/** Whether this Node is one that all of this runs on. */
export function nodeFinding(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = releases.some(([allowed, least = 0]) => major === allowed && minor >= least);
  return { what: 'Node', ok, found: ok ? version : `${version}; what is tried is ${engines.node}` };
}

/** Whether the cache directory, or the nearest directory above it that is there, can be written, and how full its disk is. */
export async function cacheFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const cache = userCacheDir(env);
  for (let dir = cache; ; dir = dirname(dir)) {
    try {
      await access(dir, constants.W_OK | constants.X_OK);
      const { bavail, bsize } = await statfs(dir);
      const found = `${cache}, ${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
      return { what: 'cache', ok: true, found, forInstall: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dir !== dirname(dir)) continue;
      return { what: 'cache', ok: false, found: `${cache}: ${(error as Error).message}`, forInstall: true };
    }
  }
}

/** Whether pip reaches its package index, and this TensorFlow is there. */
export async function indexFinding(pip: Command, variant: Variant, env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = requireSupported(variant)[0]!.package;
  const { succeeded, output } = await runCommand([...pip, 'index', 'versions', name], { env });
  const ok = succeeded && output.includes(TENSORFLOW_VERSION);
  const found = ok ? `has ${name} ${TENSORFLOW_VERSION}` : lastLines(output, 2);
  return { what: 'package index', ok, found, forInstall: true };
}
