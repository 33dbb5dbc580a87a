import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { runCommand } from './run-command.ts';

/** Programs the installation uses. */
export interface Python {
  /** For unpacking. */
  python: string;
  /** A command line that is pip: `[program, …arguments]`. */
  pip: readonly [string, ...string[]];
}

const succeeds = async ([program, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv) =>
  (await runCommand(program, args, { env })).code === 0;

/** The user's Python 3, as a command. */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const python of ['python3', 'python']) {
    if (await succeeds([python, '-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], env)) return python;
  }
  return undefined;
}

/** The pip that is there already, as a command line. */
export async function findPip(python: string, env: NodeJS.ProcessEnv) {
  const candidates: [string, ...string[]][] = [[python, '-m', 'pip'], ['pip3']];
  for (const pip of candidates) if (await succeeds([...pip, '--version'], env)) return pip;
  return undefined;
}

export interface PythonOptions {
  env: NodeJS.ProcessEnv;
  onMessage: (message: string) => void;
  signal: AbortSignal;
}

/**
 * The user's own Python and pip. A Python without pip (Debian's, say) gets one in a virtual environment in `dir`; nothing
 * of the user's is changed.
 *
 * @throws GlyphlabError TENSORFLOW_NO_PYTHON, TENSORFLOW_NO_PIP
 */
export async function requirePython(dir: string, { env, onMessage, signal }: PythonOptions): Promise<Python> {
  const python = await findPython(env);
  if (!python) {
    throw new GlyphlabError(
      'TENSORFLOW_NO_PYTHON',
      'Python 3 is needed to get TensorFlow, and python3 was not found.',
      {
        hint: 'Install it (Debian, Ubuntu: sudo apt install python3 python3-pip; macOS: xcode-select --install).',
      },
    );
  }
  const pip = await findPip(python, env);
  if (pip) return { python, pip };

  const venv = join(dir, 'pip');
  onMessage('This Python has no pip; making one for this download alone.');
  await runCommand(python, ['-m', 'venv', '--clear', venv], { env, signal });
  const ownPip = [join(venv, 'bin', 'python'), '-m', 'pip'] as const;
  if (await succeeds([...ownPip, '--version'], env)) return { python, pip: ownPip };
  throw new GlyphlabError('TENSORFLOW_NO_PIP', 'pip is needed to get TensorFlow, and this Python has none.', {
    where: python,
    hint: 'Install it (Debian, Ubuntu: sudo apt install python3-pip; elsewhere: python3 -m ensurepip --user).',
  });
}
