import { GlyphlabError } from '@glyphlab/core';
import { lastLines, run, type RunOptions } from './run.ts';

/** MLflow needs Python 3.10. */
const candidates = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const askVersion = 'import sys; print(*sys.version_info[:3], sep=".")';

/** The user's Python as a command, 3.10 or later. @throws GlyphlabError MLFLOW_NO_PYTHON, MLFLOW_PYTHON_TOO_OLD */
export async function findPython(options: RunOptions): Promise<string> {
  let tooOld: string | undefined;
  for (const python of candidates) {
    const { failed, output } = await run([python, '-c', askVersion], options);
    const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(output.trim()) ?? [];
    if (failed || !major) continue;
    if (Number(major) === 3 && Number(minor) >= 10) return python;
    tooOld ??= output.trim();
  }
  const hint = 'Debian, Ubuntu: sudo apt install python3 python3-venv python3-pip; macOS: brew install python.';
  throw tooOld
    ? new GlyphlabError('MLFLOW_PYTHON_TOO_OLD', `MLflow needs Python 3.10 or later; this is ${tooOld}.`, { hint })
    : new GlyphlabError('MLFLOW_NO_PYTHON', 'MLflow needs Python 3, and python3 was not found.', { hint });
}

/** pip that can install into another environment than its own, as a command line. */
type Pip = readonly [string, ...string[]];

/**
 * A pip that installs into the environment `venv`: the user's own, else one that Python's ensurepip puts there.
 *
 * @throws GlyphlabError MLFLOW_NO_PIP
 */
export async function findPip(python: string, venv: string, options: RunOptions): Promise<Pip> {
  for (const pip of [[python, '-m', 'pip'], ['pip3']] as [string, ...string[]][]) {
    const { failed, output } = await run([...pip, '--version'], options);
    const [, major, minor] = /^pip (\d+)\.(\d+)/.exec(output) ?? [];
    // The option --python came with 22.3.
    if (!failed && Number(major) * 100 + Number(minor) >= 2203) return [...pip, '--python', `${venv}/bin/python`];
  }
  const own = `${venv}/bin/python`;
  const { failed, output } = await run([own, '-m', 'ensurepip'], options);
  if (!failed) return [own, '-m', 'pip'];
  throw new GlyphlabError('MLFLOW_NO_PIP', 'pip is needed to install MLflow, and this Python has none.', {
    where: python,
    hint: `Debian, Ubuntu: sudo apt install python3-pip.\n${lastLines(output, 2)}`,
  });
}
