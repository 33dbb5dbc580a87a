import { describeError, ExitCode, InputError, progressPrinter } from '@glyphlab/core';
import { installPinned, type PinnedEnvironment } from './pinned-environment.ts';
import { pythonRay } from './python-ray.ts';
import { pythonTensorFlow } from './python-tensorflow.ts';

const environments: Readonly<Record<string, PinnedEnvironment>> = { ray: pythonRay, tensorflow: pythonTensorFlow };

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
try {
  const environment = environments[process.argv[2] ?? ''];
  if (!environment)
    throw new InputError('PYTHON_UNKNOWN', `Expected one of: ${Object.keys(environments).join(', ')}.`, {
      where: process.argv[2] ?? 'install',
    });
  console.log(await installPinned(environment, { ...progressPrinter(), signal: interrupted.signal }));
} catch (error) {
  process.exitCode = interrupted.signal.aborted ? ExitCode.interrupted : ExitCode.failed;
  console.error(interrupted.signal.aborted ? 'Interrupted.' : describeError(error));
}
