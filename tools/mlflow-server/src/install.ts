import type { OnProgress } from '@glyphlab/core';
import { type MlflowInstallation, locateMlflow } from './installation.ts';

export interface InstallOptions {
  env?: NodeJS.ProcessEnv;
  onProgress?: OnProgress;
  /** Gets a line for a person now and then. */
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/**
 * Installs MLflow into its own Python environment under the user's cache, with the user's pip. Returns at once if it is
 * there. Safe when two processes start at once (the second waits), and goes on after an interruption.
 *
 * @throws GlyphlabError MLFLOW_NO_PYTHON, MLFLOW_NO_VENV, MLFLOW_NO_PIP, MLFLOW_NO_NETWORK, MLFLOW_DISK_FULL,
 *   MLFLOW_CACHE_NOT_WRITABLE, MLFLOW_NOT_FOUND, MLFLOW_INSTALL_FAILED
 */
export async function installMlflow(options: InstallOptions = {}): Promise<MlflowInstallation> {
  const present = locateMlflow(options.env);
  if (present) return present;
  throw new Error('not yet');
}
