import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { withFileLock } from '@glyphlab/core/file-lock';
import { findPip, findPython } from './find-python.ts';
import { explainFileError, explainPrepare, explainVenv } from './install-error.ts';
import {
  emptyDatabase,
  installationDir,
  locateMlflow,
  type MlflowInstallation,
  requireMlflow,
  venvLink,
  venvPython,
} from './installation.ts';
import { installPackages } from './install-packages.ts';
import { pythonEnvironment, pythonFile } from './python-environment.ts';
import { run } from './run.ts';

export interface InstallOptions {
  env?: NodeJS.ProcessEnv;
  onProgress?: OnProgress;
  /** Gets a line for a person now and then. */
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Installs MLflow into its own Python environment under the user's cache, with the user's pip. Returns at once if it is
 * there. Safe when two processes start at once (the second waits), and goes on after an interruption (what was downloaded is
 * in pip's cache).
 *
 * @throws GlyphlabError MLFLOW_NO_PYTHON, MLFLOW_PYTHON_TOO_OLD, MLFLOW_NO_VENV, MLFLOW_NO_PIP, MLFLOW_NO_NETWORK,
 *   MLFLOW_NOT_FOUND, MLFLOW_DISK_FULL, MLFLOW_CACHE_NOT_WRITABLE, MLFLOW_INSTALL_FAILED, LOCK_LOST
 */
export async function installMlflow(options: InstallOptions = {}): Promise<MlflowInstallation> {
  const { env = process.env, onMessage = () => undefined, signal } = options;
  const present = locateMlflow(env);
  if (present) return present;
  const dir = installationDir(env);
  try {
    await mkdir(dir, { recursive: true });
    const onWait = () => onMessage('Another process is installing MLflow; waiting for it.');
    return await withFileLock(`${dir}/install`, { onWait, signal }, async (lockSignal) => {
      return locateMlflow(env) ?? (await install(dir, { ...options, env, signal: lockSignal }));
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw explainFileError(error, dir);
  }
}

async function install(
  dir: string,
  options: InstallOptions & { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<MlflowInstallation> {
  const { onProgress = () => undefined, onMessage, signal } = options;
  const env = pythonEnvironment(options.env);
  const python = await findPython({ env, signal });
  await removeLeftovers(dir);

  onMessage?.('Installing the MLflow server (70 MB to download, 300 MB on disk).');
  // A directory of its own for each try: what an interrupted one may still write harms nobody.
  const venv = await mkdtemp(join(dir, TRY_PREFIX));
  try {
    // The user's pip fills it, so it needs none of its own.
    const made = await run([python, '-m', 'venv', '--without-pip', venv], { env, signal });
    if (made.failed) throw explainVenv(made.output, python, dir);
    const pip = await findPip(python, venv, { env, signal });
    await installPackages(pip, venv, { env, signal, onProgress });
    await prepare(venv, { env, signal, onProgress });

    await rm(`${venv}.link`, { force: true });
    await symlink(venv, `${venv}.link`);
    await rename(`${venv}.link`, venvLink(dir));
  } catch (error) {
    await rm(venv, { recursive: true, force: true });
    throw error;
  }
  onMessage?.('The MLflow server is installed.');
  return requireMlflow(options.env);
}

const TRY_PREFIX = 'environment-';

/** Removes what interrupted tries left. Called under the lock, when no environment is there that works. */
async function removeLeftovers(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.startsWith(TRY_PREFIX));
  await Promise.all(names.map((name) => rm(join(dir, name), { recursive: true, force: true })));
}

/** Makes the empty database: this tries MLflow out, and compiles the third of its files that a server imports. */
async function prepare(
  venv: string,
  { env, signal, onProgress }: { env: NodeJS.ProcessEnv; signal: AbortSignal; onProgress: OnProgress },
): Promise<void> {
  let seconds = 0;
  const timer = setInterval(() => onProgress({ label: 'Trying MLflow out, seconds', done: ++seconds }), 1000);
  try {
    const command = [venvPython(venv), pythonFile('serve.py'), '--prepare', emptyDatabase(venv)] as const;
    const { failed, output } = await run(command, { env, signal });
    if (failed) throw explainPrepare(output, venv);
  } finally {
    clearInterval(timer);
  }
}
