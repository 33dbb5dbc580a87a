import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import type { Product } from './product.ts';
import { type Command, type CommandOptions, lastLines, runCommand } from './run-command.ts';

type Where = Pick<CommandOptions, 'env' | 'signal'>;

/** The plain names first: they are what the user has chosen. */
const candidates = ['python3', 'python', ...[14, 13, 12, 11, 10, 9, 8].map((minor) => `python3.${minor}`)];
const askVersion = 'import sys; print(*sys.version_info[:3], sep=".")';

/**
 * The environment in which a Python of ours runs: the user's, less what would change what Python imports. The settings of pip stay
 * (index, proxy, certificates), but those that would install elsewhere.
 */
export function pythonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unwanted = /^(PYTHON|PIP_(TARGET|PREFIX|ROOT|CONSTRAINT|PYTHON)$)/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !unwanted.test(name))),
    PYTHONNOUSERSITE: '1',
    PYTHONUTF8: '1',
    PIP_NO_INPUT: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_USER: '0',
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_QUIET: '0',
  };
}

/** The first Python on the user's PATH that is new enough, as a program; or, if there are only older ones, the version of one. */
export async function findPython(minMinor: number, where: Where): Promise<{ python?: string; tooOld?: string }> {
  let tooOld: string | undefined;
  for (const python of candidates) {
    const { succeeded, output } = await runCommand([python, '-c', askVersion], where);
    const [version, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(output.trim()) ?? [];
    if (!succeeded || version === undefined) continue;
    if (Number(major) === 3 && Number(minor) >= minMinor) return { python };
    tooOld ??= version;
  }
  return tooOld === undefined ? {} : { tooOld };
}

/**
 * {@link findPython}, for what cannot do without.
 *
 * @throws GlyphlabError …_NO_PYTHON, …_PYTHON_TOO_OLD
 */
export async function requirePython({ name, code, minPythonMinor }: Product, where: Where): Promise<string> {
  const { python, tooOld } = await findPython(minPythonMinor, where);
  if (python !== undefined) return python;
  const hint =
    'Install it (Debian, Ubuntu: sudo apt install python3 python3-venv python3-pip; macOS: brew install python).';
  const needed = `${name} needs Python 3.${minPythonMinor} or later`;
  throw tooOld === undefined
    ? new GlyphlabError(`${code}_NO_PYTHON`, `${needed}, and python3 was not found.`, { hint })
    : new GlyphlabError(`${code}_PYTHON_TOO_OLD`, `${needed}; this is ${tooOld}.`, { hint });
}

/** The pip that is there already. */
export async function findPip(python: string, where: Where): Promise<{ pip: Command; version: number } | undefined> {
  for (const pip of [[python, '-m', 'pip'], ['pip3']] as const) {
    const { succeeded, output } = await runCommand([...pip, '--version'], where);
    const [, major, minor] = /^pip (\d+)\.(\d+)/m.exec(output) ?? [];
    if (succeeded && major !== undefined) return { pip, version: Number(major) + Number(minor) / 100 };
  }
  return undefined;
}

/**
 * A pip that installs into the virtual environment `venv`: the user's own, else one that Python's ensurepip puts there.
 *
 * @throws GlyphlabError …_NO_PIP
 */
export async function requirePip(python: string, venv: string, { name, code }: Product, where: Where) {
  const found = await findPip(python, where);
  const own = `${venv}/bin/python`;
  // The option --python came with 22.3.
  if (found && found.version >= 22.03) return [...found.pip, '--python', own] as const;
  const { succeeded, output } = await runCommand([own, '-m', 'ensurepip'], where);
  if (succeeded) return [own, '-m', 'pip'] as const;
  throw new GlyphlabError(`${code}_NO_PIP`, `pip is needed to get ${name}, and this Python has none.`, {
    where: python,
    hint: `Install it (Debian, Ubuntu: sudo apt install python3-pip; elsewhere: python3 -m ensurepip --user).\n${lastLines(output, 2)}`,
  });
}

/** The user's pip. A Python without one (Debian's, say) gets one in `dir` for a download; nothing of the user's is changed. */
export async function anyPip(
  python: string,
  dir: string,
  product: Product,
  { onMessage, ...where }: Where & { onMessage: (message: string) => void },
): Promise<Command> {
  const found = await findPip(python, where);
  if (found) return found.pip;
  onMessage('This Python has no pip; making one for this download alone.');
  const venv = join(dir, 'pip');
  await runCommand([python, '-m', 'venv', '--without-pip', '--clear', venv], where);
  return requirePip(python, venv, product, where);
}
