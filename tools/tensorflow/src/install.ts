import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { compileBinding, requireCompiler } from './compile-binding.ts';
import { downloadWheel } from './download-wheel.ts';
import { diskFull, explainFileError, NEEDED_BYTES } from './install-error.ts';
import { withLock } from './install-lock.ts';
import { type Installation, installationAt, locateTensorFlow } from './installation.ts';
import { requireSupported } from './platform.ts';
import { requirePython } from './python.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { type Variant } from './wheel.ts';

export interface InstallOptions {
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
  const { variant = 'cpu', env = process.env, onMessage = () => {}, signal } = options;
  const installed = locateTensorFlow(variant, env);
  if (installed) return installed;

  requireSupported(variant);
  const installation = installationAt(variant, env);
  try {
    await mkdir(dirname(installation.dir), { recursive: true });
    const onWait = () => onMessage('Another process is installing TensorFlow; waiting for it.');
    return await withLock(installation.dir, { onWait, ...(signal && { signal }) }, async (signal) => {
      if (!locateTensorFlow(variant, env)) await build(installation, { ...options, signal });
      return installation;
    });
  } catch (error) {
    throw explainFileError(error, dirname(installation.dir));
  }
}

/** The work itself; the caller holds the lock. Everything is made in a directory beside the final one, then renamed. */
async function build(installation: Installation, options: InstallOptions): Promise<void> {
  const { env = process.env, onProgress = () => {}, onMessage = () => {}, signal } = options;
  const staging = `${installation.dir}.partial`;
  const common = { env, onProgress, ...(signal && { signal }) };

  // What is missing is said before the long download, not after it.
  const compiler = await requireCompiler(env);
  await mkdir(staging, { recursive: true });
  const python = await requirePython(staging, env, signal);
  await clearAttempts(staging);
  await requireSpace(staging);

  onMessage(`Getting native TensorFlow ${installation.version} from PyPI, once for this machine.`);
  const wheel = await downloadWheel(requireSupported(installation.variant), staging, python, common);
  const libraries = await unpackWheel(wheel, staging, python.python, common);
  onMessage('Compiling the TensorFlow binding.');
  const log = join(dirname(installation.dir), 'compile.log');
  await compileBinding({ compiler, libraries, log, env, ...(signal && { signal }) });

  await rm(join(libraries, 'include'), { recursive: true });
  await rm(installation.dir, { recursive: true, force: true });
  await rename(libraries, installation.dir);
  await rm(staging, { recursive: true, force: true });
  onMessage(`TensorFlow is ready in ${installation.dir}`);
}

/** Removes what interrupted installations left half done; a finished wheel stays. */
async function clearAttempts(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    if (/^(download|unpack)-/.test(name)) await rm(join(staging, name), { recursive: true, force: true });
  }
}

async function requireSpace(dir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < NEEDED_BYTES) throw diskFull(dir);
}
