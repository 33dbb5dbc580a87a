import { writeFile } from 'node:fs/promises';
import { withFileLock } from '@glyphlab/core/file-lock';
import { findPip, findPython } from './find-python.ts';
import { addServingPackages } from './install-packages.ts';
import { type InstallOptions, installMlflow } from './install.ts';
import { installationDir, locateServing, type MlflowInstallation, servingMarker } from './installation.ts';
import { pythonEnvironment } from './python-environment.ts';

/**
 * Adds to MLflow's Python environment, which is installed first if need be, what checking, loading and serving an ONNX model
 * takes. Returns at once if it is there; safe when two processes start at once.
 *
 * @throws GlyphlabError as `installMlflow`
 */
export async function installServing(options: InstallOptions = {}): Promise<MlflowInstallation> {
  const { env = process.env, onMessage = () => undefined, onProgress = () => undefined, signal } = options;
  const present = locateServing(env);
  if (present) return present;
  const installation = await installMlflow(options);
  const dir = installationDir(env);
  const onWait = () => onMessage('Another process is installing ONNX; waiting for it.');
  return withFileLock(`${dir}/install`, { onWait, signal }, async (lockSignal) => {
    if (locateServing(env)) return installation;
    onMessage('Adding ONNX to the MLflow server (40 MB to download, 150 MB on disk).');
    const inPython = { env: pythonEnvironment(env), signal: lockSignal };
    const pip = await findPip(await findPython(inPython), installation.venv, inPython);
    await addServingPackages(pip, installation.venv, { ...inPython, onProgress });
    // Last, so that an environment with it is whole.
    await writeFile(servingMarker(installation.venv), '');
    return installation;
  });
}
