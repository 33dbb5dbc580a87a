import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { withFileLock } from '@glyphlab/core/file-lock';
import {
  anyPip,
  diskFull,
  DOWNLOAD_PREFIX,
  downloadWheel,
  explainFileError,
  pythonEnvironment,
  requirePython,
  unpackWheel,
  type Wheel,
} from '@glyphlab/python';
import { compileBinding, requireCompiler } from './compile-binding.ts';
import { tensorFlow } from './install-error.ts';
import type { Installation } from './installation.ts';
import { prepareKernels } from './kernels.ts';
import { placePrebuilt, prebuiltFor } from './prebuilt.ts';
import { ROOM, type Variant } from './wheel.ts';

const UNPACK_PREFIX = 'unpack-';

/** Room for the wheels and what is unpacked of them. */
const neededBytes: Readonly<Record<Variant, number>> = { cpu: 1.3e9, gpu: 9e9 };

interface BuildOptions {
  env: NodeJS.ProcessEnv;
  onProgress: OnProgress;
  onMessage: (message: string) => void;
  signal: AbortSignal;
}

/**
 * Makes the installation, unless another process has made it when the lock is free.
 *
 * @throws GlyphlabError with a code `TENSORFLOW_…`, LOCK_LOST
 */
export async function buildOnce(
  wheels: readonly Wheel[],
  installation: Installation,
  { signal, ...options }: Omit<BuildOptions, 'signal'> & { signal: AbortSignal | undefined },
): Promise<void> {
  const onWait = () => options.onMessage('Another process is installing TensorFlow; waiting for it.');
  const parent = dirname(installation.dir);
  try {
    await mkdir(parent, { recursive: true });
    await withFileLock(installation.dir, { onWait, signal }, async (signal) => {
      if (!existsSync(installation.binding)) await buildInstallation(wheels, installation, { ...options, signal });
    });
  } catch (error) {
    throw explainFileError(error, tensorFlow, parent);
  }
}

/**
 * Makes the installation in a directory beside its final one and renames it into place. What an interrupted build left half
 * done is removed; a wheel it had finished is used. The caller holds the lock.
 */
async function buildInstallation(
  wheels: readonly Wheel[],
  installation: Installation,
  options: BuildOptions,
): Promise<void> {
  const { onMessage, signal } = options;
  const env = pythonEnvironment(options.env);
  const staging = `${installation.dir}.partial`;
  await mkdir(staging, { recursive: true });
  for (const name of await readdir(staging)) {
    if (name.startsWith(DOWNLOAD_PREFIX) || name.startsWith(UNPACK_PREFIX)) await remove(join(staging, name));
  }

  // What is missing is said before the long download, not after it.
  const prebuilt = prebuiltFor(installation);
  const compiler = prebuilt === undefined ? await requireCompiler(env) : undefined;
  const python = await requirePython(tensorFlow, { env, signal });
  const pip = await anyPip(python, staging, tensorFlow, { ...options, env });
  const { bavail, bsize } = await statfs(staging);
  if (bavail * bsize < neededBytes[installation.variant]) throw diskFull(tensorFlow, staging);

  const what = installation.variant === 'gpu' ? 'native TensorFlow with CUDA' : 'native TensorFlow';
  onMessage(
    `Getting ${what} ${installation.version}, once for this machine, with ${pip.join(' ')}: ${ROOM[installation.variant]}.`,
  );
  const files: string[] = [];
  for (const wheel of wheels)
    files.push(await downloadWheel(wheel, staging, pip, { ...options, product: tensorFlow, env }));
  // Inside the temporary directory, which only its maker may read: a cache may be shared.
  const unpacked = join(await mkdtemp(join(staging, UNPACK_PREFIX)), 'installation');
  for (const [i, wheel] of wheels.entries())
    await unpackWheel(wheel, files[i]!, unpacked, python, { ...options, product: tensorFlow, env });
  if (compiler === undefined) placePrebuilt(prebuilt!, unpacked);
  else {
    onMessage('Compiling the binding between Node and TensorFlow.');
    await compileBinding(unpacked, { compiler, log: join(dirname(staging), 'compile.log'), env, signal });
  }

  await remove(installation.dir);
  await rename(unpacked, installation.dir);
  await remove(staging);
  await prepareKernels(installation, { env, onMessage, signal });
  onMessage(`Native TensorFlow is ready in ${installation.dir}`);
}

const remove = (path: string) => rm(path, { recursive: true, force: true });
