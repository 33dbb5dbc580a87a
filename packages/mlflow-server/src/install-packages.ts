import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { explainPip, lacksVersion } from './install-error.ts';
import { MLFLOW_VERSION } from './installation.ts';
import { pythonFile } from './python-environment.ts';
import { run } from './run.ts';

export interface PackagesOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** Size of the installed packages, for the progress. */
const installedBytes = 220e6;

/**
 * Installs MLflow and what its server needs with `pip`, in the versions that were tested if the index has them for this
 * Python. Bytecode is not compiled here: three quarters of it would never be used.
 */
export async function installPackages(
  pip: readonly [string, ...string[]],
  venv: string,
  options: PackagesOptions,
): Promise<void> {
  await installTested(pip, 'requirements.txt', ['constraints.txt'], venv, options);
  // On its own, because it asks for much that a server never imports; see requirements.txt.
  const mlflow = await pipInstall(pip, ['--no-deps', `mlflow==${MLFLOW_VERSION}`], venv, options);
  if (mlflow.failed) throw explainPip(mlflow.output, venv);
}

/**
 * Adds what serving ONNX models takes. What is there already keeps its version: a server may be running on it.
 */
export const addServingPackages = (
  pip: readonly [string, ...string[]],
  venv: string,
  options: PackagesOptions,
): Promise<void> => installTested(pip, 'serving.txt', ['constraints.txt', 'serving-constraints.txt'], venv, options);

/** In the tested versions; if the index lacks one for this Python, in any that goes with the rest. */
async function installTested(
  pip: readonly [string, ...string[]],
  requirementsFile: string,
  constraintFiles: readonly string[],
  venv: string,
  options: PackagesOptions,
): Promise<void> {
  const requirements = ['--only-binary', ':all:', '--requirement', pythonFile(requirementsFile)];
  const constraints = constraintFiles.flatMap((file) => ['--constraint', pythonFile(file)]);
  let result = await pipInstall(pip, [...requirements, ...constraints], venv, options);
  if (result.failed && lacksVersion(result.output)) result = await pipInstall(pip, requirements, venv, options);
  if (result.failed) throw explainPip(result.output, venv);
}

async function pipInstall(
  pip: readonly [string, ...string[]],
  args: readonly string[],
  venv: string,
  options: PackagesOptions,
) {
  const { env, signal, onProgress } = options;
  const total = (await readFile(pythonFile('constraints.txt'), 'utf8')).split('\n').length;
  let packages = 0;
  let unpacking: NodeJS.Timeout | undefined;
  const tellUnpacked = async () => {
    const done = await bytesBelow(join(venv, 'lib'));
    onProgress({ label: 'Unpacking MLflow', done, total: installedBytes, unit: 'bytes' });
  };
  const onLine = (line: string) => {
    if (line.startsWith('Collecting ')) {
      packages++;
      onProgress({ label: 'Getting MLflow', done: packages, total: Math.max(total, packages), unit: 'files' });
    }
    if (line.startsWith('Installing collected')) unpacking = setInterval(() => void tellUnpacked(), 500);
  };
  try {
    const settings = ['--no-compile', '--progress-bar', 'off'];
    return await run([...pip, 'install', ...settings, ...args], { env, signal, onLine });
  } finally {
    clearInterval(unpacking);
  }
}

/** Bytes of all files below `dir`; files may come and go meanwhile. */
async function bytesBelow(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map((file) =>
    stat(join(file.parentPath, file.name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
