import { existsSync, lstatSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { withFileLock } from '@glyphlab/core/file-lock';
import { explainFileError, explainVenv } from './explain-failure.ts';
import type { Product } from './product.ts';
import { type Command, runCommand } from './run-command.ts';
import { pythonEnvironment, requirePip, requirePython } from './user-python.ts';

export interface InstallOptions {
  env?: NodeJS.ProcessEnv;
  onProgress?: OnProgress;
  /** Gets a line for a person now and then. */
  onMessage?: (message: string) => void;
  signal?: AbortSignal;
}

/** A virtual environment that is being made, or added to, under a lock. */
export interface OpenEnvironment {
  venv: string;
  /** Installs into it. */
  pip: Command;
  /** For all that runs in it. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Where the environment in `dir` is, whole or not. */
const venvIn = (dir: string): string => join(dir, 'venv');

export const venvPython = (venv: string): string => join(venv, 'bin', 'python');

const TRY_PREFIX = 'environment-';
/** Written by earlier releases beside an environment that is whole. */
const OLD_MARKER = 'installed.json';

/**
 * The virtual environment in `dir`, or undefined. Only looks for files: it takes microseconds and starts nothing. It is a link that
 * is set when the environment is whole, so that one that is half made is never found.
 */
export function locateEnvironment(dir: string): string | undefined {
  const venv = venvIn(dir);
  const isWhole = isLink(venv) || existsSync(join(dir, OLD_MARKER));
  // The interpreter is itself a link to the user's Python, which may be gone.
  return isWhole && existsSync(venvPython(venv)) ? venv : undefined;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/**
 * Makes a virtual environment in `dir` with the user's Python, and has it filled, unless it is there. Safe when two processes start
 * at once (the second waits); of an interrupted try nothing stays.
 *
 * @returns where it is
 * @throws GlyphlabError …_NO_PYTHON, …_PYTHON_TOO_OLD, …_NO_VENV, …_NO_PIP, …_DISK_FULL, …_CACHE_NOT_WRITABLE,
 *   …_INSTALL_FAILED, LOCK_LOST
 */
export async function makeEnvironment(
  dir: string,
  product: Product,
  options: InstallOptions,
  fill: (environment: OpenEnvironment) => Promise<void>,
): Promise<string> {
  return (
    locateEnvironment(dir) ??
    (await underLock(dir, product, options, async (signal) => {
      const present = locateEnvironment(dir);
      if (present) return present;
      await removeLeftovers(dir);
      // A directory of its own for each try: what an interrupted one may still write harms nobody.
      const venv = await mkdtemp(join(dir, TRY_PREFIX));
      try {
        await fill(await newEnvironment(venv, product, options, signal));
        await symlink(venv, `${venv}.link`);
        await rm(venvIn(dir), { recursive: true, force: true });
        await rename(`${venv}.link`, venvIn(dir));
      } catch (error) {
        await rm(venv, { recursive: true, force: true });
        throw error;
      }
      return venvIn(dir);
    }))
  );
}

/** Adds to the environment in `dir`, which is there. Safe when two processes start at once. */
export function addToEnvironment(
  dir: string,
  product: Product,
  options: InstallOptions,
  add: (environment: OpenEnvironment) => Promise<void>,
): Promise<void> {
  return underLock(dir, product, options, async (signal) => {
    const env = pythonEnvironment(options.env ?? process.env);
    const python = await requirePython(product, { env, signal });
    const pip = await requirePip(python, venvIn(dir), product, { env, signal });
    await add({ venv: venvIn(dir), pip, env, signal });
  });
}

async function underLock<T>(
  dir: string,
  product: Product,
  { onMessage, signal }: InstallOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    await mkdir(dir, { recursive: true });
    const onWait = (): void => onMessage?.(`Another process is installing ${product.name}; waiting for it.`);
    return await withFileLock(join(dir, 'install'), { onWait, signal }, work);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainFileError(error, product, dir);
  }
}

async function newEnvironment(
  venv: string,
  product: Product,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<OpenEnvironment> {
  const env = pythonEnvironment(options.env ?? process.env);
  const python = await requirePython(product, { env, signal });
  // The user's pip fills it, so it needs none of its own.
  const made = await runCommand([python, '-m', 'venv', '--without-pip', venv], { env, signal });
  if (!made.succeeded) throw explainVenv(made.output, python, product, venv);
  return { venv, pip: await requirePip(python, venv, product, { env, signal }), env, signal };
}

/** Removes what interrupted tries left. Called under the lock, when no environment is there that works. */
async function removeLeftovers(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.startsWith(TRY_PREFIX));
  await Promise.all(names.map((name) => rm(join(dir, name), { recursive: true, force: true })));
}
