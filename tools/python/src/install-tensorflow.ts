import { describeError, ExitCode, progressPrinter } from '@glyphlab/core';
import { installPinned } from './pinned-environment.ts';
import { pythonTensorFlow } from './python-tensorflow.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
try {
  console.log(await installPinned(pythonTensorFlow, { ...progressPrinter(), signal: interrupted.signal }));
} catch (error) {
  process.exitCode = interrupted.signal.aborted ? ExitCode.interrupted : ExitCode.failed;
  console.error(interrupted.signal.aborted ? 'Interrupted.' : describeError(error));
}
