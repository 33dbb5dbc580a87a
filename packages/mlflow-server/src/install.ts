import { readFile, writeFile } from 'node:fs/promises';
import {
  addToEnvironment,
  explainOutput,
  explainPipInstall,
  type InstallOptions as PythonInstallOptions,
  installFailed,
  lacksVersion,
  makeEnvironment,
  type OpenEnvironment,
  pipInstall,
  type Product,
  runCommand,
  venvPython,
} from '@glyphlab/python';
import {
  emptyDatabase,
  installationDir,
  locateMlflow,
  locateServing,
  MLFLOW_VERSION,
  mlflowEnvironment,
  type MlflowInstallation,
  pythonFile,
  requireMlflow,
  servingMarker,
} from './installation.ts';

export type InstallOptions = PythonInstallOptions;

const mlflow: Product = { name: 'MLflow', code: 'MLFLOW', minPythonMinor: 10, room: '400 MB' };
/** Size of the installed packages, for the progress. */
const INSTALLED_BYTES = 220e6;

type Report = Pick<Required<InstallOptions>, 'onProgress'>;

/**
 * Installs MLflow into its own Python environment under the user's cache, with the user's pip. Returns at once if it is
 * there. Safe when two processes start at once (the second waits), and goes on after an interruption (what was downloaded is
 * in pip's cache).
 *
 * @throws GlyphlabError MLFLOW_NO_PYTHON, MLFLOW_PYTHON_TOO_OLD, MLFLOW_NO_VENV, MLFLOW_NO_PIP, MLFLOW_NO_NETWORK,
 *   MLFLOW_NOT_FOUND, MLFLOW_DISK_FULL, MLFLOW_CACHE_NOT_WRITABLE, MLFLOW_INSTALL_FAILED, LOCK_LOST
 */
export async function installMlflow(options: InstallOptions = {}): Promise<MlflowInstallation> {
  const { env, onMessage, onProgress = () => undefined } = options;
  const present = locateMlflow(env);
  if (present) return present;
  await makeEnvironment(installationDir(env), mlflow, options, async (environment) => {
    onMessage?.('Installing the MLflow server (70 MB to download, 300 MB on disk).');
    await installTested(environment, 'requirements.txt', ['constraints.txt'], { onProgress });
    // On its own, because it asks for much that a server never imports; see requirements.txt.
    await install(environment, ['--no-deps', `mlflow==${MLFLOW_VERSION}`], { onProgress });
    await prepare(environment, { onProgress });
    onMessage?.('The MLflow server is installed.');
  });
  return requireMlflow(env);
}

/**
 * Adds to MLflow's Python environment, which is installed first if need be, what checking, loading and serving an ONNX model
 * takes. Returns at once if it is there; safe when two processes start at once.
 *
 * @throws GlyphlabError as {@link installMlflow}
 */
export async function installServing(options: InstallOptions = {}): Promise<MlflowInstallation> {
  const { env, onMessage, onProgress = () => undefined } = options;
  const present = locateServing(env);
  if (present) return present;
  const installation = await installMlflow(options);
  await addToEnvironment(installationDir(env), mlflow, options, async (environment) => {
    if (locateServing(env)) return;
    onMessage?.('Adding ONNX to the MLflow server (40 MB to download, 150 MB on disk).');
    // What is there already keeps its version: a server may be running on it.
    await installTested(environment, 'serving.txt', ['constraints.txt', 'serving-constraints.txt'], { onProgress });
    // Last, so that an environment with it is whole.
    await writeFile(servingMarker(environment.venv), '');
  });
  return installation;
}

/** In the tested versions; if the index lacks one for this Python, in any that goes with the rest. */
async function installTested(
  environment: OpenEnvironment,
  requirementsFile: string,
  constraintFiles: readonly string[],
  report: Report,
): Promise<void> {
  const requirements = ['--only-binary', ':all:', '--requirement', pythonFile(requirementsFile)];
  const constraints = constraintFiles.flatMap((file) => ['--constraint', pythonFile(file)]);
  const result = await pip(environment, [...requirements, ...constraints], report);
  if (result.succeeded) return;
  if (!lacksVersion(result.output)) throw explainPipInstall(result.output, mlflow, environment.venv);
  await install(environment, requirements, report);
}

async function install(environment: OpenEnvironment, args: readonly string[], report: Report): Promise<void> {
  const { succeeded, output } = await pip(environment, args, report);
  if (!succeeded) throw explainPipInstall(output, mlflow, environment.venv);
}

/** Bytecode is not compiled here: three quarters of it would never be used. */
async function pip({ venv, pip, env, signal }: OpenEnvironment, args: readonly string[], report: Report) {
  const packages = (await readFile(pythonFile('constraints.txt'), 'utf8')).split('\n').length;
  const told = { ...report, label: mlflow.name, packages, bytes: INSTALLED_BYTES };
  return pipInstall(pip, ['--no-compile', ...args], venv, { env, signal, ...told });
}

/** Makes the empty database: this tries MLflow out, and compiles the third of its files that a server imports. */
async function prepare({ venv, env, signal }: OpenEnvironment, { onProgress }: Report): Promise<void> {
  let seconds = 0;
  const timer = setInterval(() => onProgress({ label: 'Trying MLflow out, seconds', done: ++seconds }), 1000);
  try {
    const command = [venvPython(venv), pythonFile('serve.py'), '--prepare', emptyDatabase(venv)] as const;
    const { succeeded, output } = await runCommand(command, { env: mlflowEnvironment(env), signal });
    if (succeeded) return;
    throw (
      explainOutput(output, mlflow, venv) ??
      installFailed('MLflow was installed but does not start.', output, mlflow, venv)
    );
  } finally {
    clearInterval(timer);
  }
}
