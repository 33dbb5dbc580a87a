import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userCacheDir } from '@glyphlab/core';

/** The MLflow that is installed and tested against. */
export const MLFLOW_VERSION = '3.17.2';

/** A Python environment that holds MLflow. */
export interface MlflowInstallation {
  version: string;
  /** Its directory, under the user's cache. */
  dir: string;
  /** The environment's interpreter. */
  python: string;
}

/** Where the environment is or would be. */
export const installationDir = (env: NodeJS.ProcessEnv = process.env): string =>
  join(userCacheDir(env), 'mlflow', MLFLOW_VERSION);

/** Written last, so an environment with it is whole. */
export const markerFile = (dir: string): string => join(dir, 'installed.json');

/** The installed MLflow, or undefined. Only looks for files: it takes microseconds and starts nothing. */
export function locateMlflow(env: NodeJS.ProcessEnv = process.env): MlflowInstallation | undefined {
  const dir = installationDir(env);
  const python = join(dir, 'venv', 'bin', 'python');
  if (!existsSync(markerFile(dir)) || !existsSync(python)) return undefined;
  return { version: MLFLOW_VERSION, dir, python };
}
