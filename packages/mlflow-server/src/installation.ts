import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GlyphlabError, userCacheDir } from '@glyphlab/core';

/** The MLflow that is installed and tested against. */
export const MLFLOW_VERSION = '3.17.2';

/** A Python environment that holds MLflow. */
export interface MlflowInstallation {
  version: string;
  /** Its directory, under the user's cache. */
  venv: string;
  /** The environment's interpreter. */
  python: string;
}

/** The directory of this version, in the user's cache. */
export const installationDir = (env: NodeJS.ProcessEnv = process.env): string =>
  join(userCacheDir(env), 'mlflow', MLFLOW_VERSION);

/** Where the environment is: a link that is set when it is whole, so that one that is half made is never found. */
export const venvLink = (dir: string): string => join(dir, 'venv');

export const venvPython = (venv: string): string => join(venv, 'bin', 'python');

/** A database as MLflow makes it, without runs. A copy saves the two seconds that making one takes. */
export const emptyDatabase = (venv: string): string => join(venv, 'empty-mlflow.db');

/** The installed MLflow, or undefined. Only looks for files: it takes microseconds and starts nothing. */
export function locateMlflow(env: NodeJS.ProcessEnv = process.env): MlflowInstallation | undefined {
  const venv = venvLink(installationDir(env));
  const python = venvPython(venv);
  // The interpreter is itself a link to the user's Python, which may be gone.
  return existsSync(python) ? { version: MLFLOW_VERSION, venv, python } : undefined;
}

/** Written when all is there that serving takes; its name changes with what that is. */
export const servingMarker = (venv: string): string => join(venv, 'serving-onnx-1.installed');

/**
 * The installed MLflow if it can also load, check and serve ONNX models: `python -m mlflow models serve --env-manager local`,
 * with the environment's `bin` first on the PATH. Else undefined.
 */
export function locateServing(env: NodeJS.ProcessEnv = process.env): MlflowInstallation | undefined {
  const present = locateMlflow(env);
  return present && existsSync(servingMarker(present.venv)) ? present : undefined;
}

/** @throws GlyphlabError MLFLOW_NOT_INSTALLED */
export function requireMlflow(env?: NodeJS.ProcessEnv): MlflowInstallation {
  const present = locateMlflow(env);
  if (present) return present;
  throw new GlyphlabError('MLFLOW_NOT_INSTALLED', 'MLflow is not installed.', {
    where: installationDir(env),
    hint: 'Install it: npx nx run mlflow-server:install',
  });
}
