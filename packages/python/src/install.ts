import { describeError, ExitCode, GlyphlabError, InputError, progressPrinter } from '@glyphlab/core';
import { installPinned, type PinnedEnvironment, pythonRay, pythonTensorFlow } from './pinned-environment.ts';

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
  const exitCode = error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
  process.exitCode = interrupted.signal.aborted ? ExitCode.interrupted : exitCode;
  console.error(interrupted.signal.aborted ? 'Interrupted.' : describeError(error));
}
