import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GlyphlabError, userCacheDir } from '@glyphlab/core';
import { locateEnvironment, pythonEnvironment, venvPython } from '@glyphlab/python';

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

/** A file of this package's `python` directory. */
export const pythonFile = (name: string): string => fileURLToPath(new URL(`../python/${name}`, import.meta.url));

/** The environment in which MLflow runs: the user's, less what would change what Python imports and what MLflow does. */
export const mlflowEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  pythonEnvironment(Object.fromEntries(Object.entries(env).filter(([name]) => !/^_?MLFLOW_/.test(name))));

/** A database as MLflow makes it, without runs. A copy saves the two seconds that making one takes. */
export const emptyDatabase = (venv: string): string => join(venv, 'empty-mlflow.db');

/** The installed MLflow, or undefined. Only looks for files: it takes microseconds and starts nothing. */
export function locateMlflow(env: NodeJS.ProcessEnv = process.env): MlflowInstallation | undefined {
  const venv = locateEnvironment(installationDir(env));
  return venv === undefined ? undefined : { version: MLFLOW_VERSION, venv, python: venvPython(venv) };
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
    hint: 'Install it: npx @glyphlab/mlflow-server install',
  });
}
