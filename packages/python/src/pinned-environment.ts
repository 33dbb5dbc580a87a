import { join } from 'node:path';
import { userCacheDir } from '@glyphlab/core';
import { type InstallOptions, locateEnvironment, makeEnvironment, venvPython } from './environment.ts';
import { explainPipInstall } from './explain-failure.ts';
import { pipInstall } from './pip-install.ts';
import type { Product } from './product.ts';

/** A virtual environment in the user's cache. */
export interface PinnedEnvironment {
  /** Below the cache directory; it names the version, since packages are never changed. */
  directory: string;
  /** What pip is asked for, `name==version`. */
  packages: readonly string[];
  /** What it takes of the disk, as `400 MB`. */
  room: string;
}

/** Ray with its dashboard, which has the Jobs REST API. */
export const pythonRay: PinnedEnvironment = {
  directory: 'ray/2.60.0',
  packages: ['ray[default]==2.60.0'],
  room: '380 MB',
};

/** Python's TensorFlow with Keras, of the version that the trainer's own binding has. */
export const pythonTensorFlow: PinnedEnvironment = {
  directory: 'bench/keras-2.21.0',
  packages: ['tensorflow-cpu==2.21.0'],
  room: '1.6 GB',
};

/** TensorBoard without TensorFlow: it reads event files by a stand-in of its own. */
export const pythonTensorBoard: PinnedEnvironment = {
  directory: 'tensorboard/2.21.0',
  packages: ['tensorboard==2.21.0'],
  room: '150 MB',
};

const directoryOf = ({ directory }: PinnedEnvironment, env?: NodeJS.ProcessEnv): string =>
  join(userCacheDir(env), directory);

/** The environment's interpreter, or undefined if it is not installed. Only looks for files. */
export function locatePinned(environment: PinnedEnvironment, env?: NodeJS.ProcessEnv): string | undefined {
  const venv = locateEnvironment(directoryOf(environment, env));
  return venv && venvPython(venv);
}

/**
 * Makes the environment with the user's Python and pip, if it is not there yet.
 *
 * @returns its interpreter
 * @throws GlyphlabError PYTHON_NO_PYTHON, PYTHON_NO_NETWORK, PYTHON_NOT_FOUND, PYTHON_INSTALL_FAILED and the others of
 *   {@link makeEnvironment}
 */
export async function installPinned(environment: PinnedEnvironment, options: InstallOptions = {}): Promise<string> {
  const { packages, room } = environment;
  const { onMessage, onProgress = () => undefined } = options;
  const name = packages.join(' and ');
  const dir = directoryOf(environment, options.env);
  const product: Product = { name, code: 'PYTHON', minPythonMinor: 10, room };
  const venv = await makeEnvironment(dir, product, options, async ({ venv, pip, env, signal }) => {
    onMessage?.(`Installing ${name}, once, in ${dir} (${room})`);
    const result = await pipInstall(pip, packages, venv, { env, signal, onProgress, label: name });
    if (!result.succeeded) throw explainPipInstall(result.output, product, venv);
  });
  return venvPython(venv);
}
