import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GlyphlabError, userCacheDir } from '@glyphlab/core';

/** A virtual environment in the user's cache. */
export interface PinnedEnvironment {
  /** Below the cache directory; it names the version, since packages are never changed. */
  directory: string;
  /** What pip is asked for, `name==version`. */
  packages: readonly string[];
}

export interface InstallOptions {
  onMessage: (message: string) => void;
  signal: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

const MARKER = 'installed.json';

/** The environment's interpreter, or undefined if it is not installed. Only looks for files. */
export function locatePinned({ directory }: PinnedEnvironment, env?: NodeJS.ProcessEnv): string | undefined {
  const dir = join(userCacheDir(env), directory);
  const python = join(dir, 'venv', 'bin', 'python');
  return existsSync(join(dir, MARKER)) && existsSync(python) ? python : undefined;
}

/**
 * Makes the environment with the user's Python and pip, if it is not there yet.
 * @returns its interpreter
 * @throws GlyphlabError PYTHON_INSTALL_FAILED
 */
export async function installPinned(environment: PinnedEnvironment, options: InstallOptions): Promise<string> {
  const present = locatePinned(environment, options.env);
  if (present) return present;
  const { directory, packages } = environment;
  const dir = join(userCacheDir(options.env), directory);
  const python = join(dir, 'venv', 'bin', 'python');

  options.onMessage(`Installing ${packages.join(' and ')}, once, in ${dir}`);
  await rm(join(dir, 'venv'), { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await command('python3', ['-m', 'venv', join(dir, 'venv')], options);
  await command(python, ['-m', 'pip', 'install', '--progress-bar', 'off', ...packages], options);
  // Written last, so that an environment with it is whole.
  await writeFile(join(dir, MARKER), `${JSON.stringify({ packages })}\n`);
  return python;
}

async function command(program: string, args: string[], options: InstallOptions): Promise<void> {
  const { onMessage, signal, env = process.env } = options;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, signal });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      const download = /^\s*Downloading (\S+).*?(\([^)]*\))?$/.exec(line);
      if (download) onMessage(`Downloading ${download[1]} ${download[2] ?? ''}`.trim());
      else if (line.startsWith('Installing collected'))
        onMessage('Installing what was downloaded; this takes a minute or two');
    });
  }
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code) => resolve(code === 0 ? undefined : said.slice(-6).join('\n')));
  });
  signal.throwIfAborted();
  if (failure === undefined) return;
  throw new GlyphlabError('PYTHON_INSTALL_FAILED', failure, {
    where: `${program} ${args.join(' ')}`,
    hint: "It needs Python 3.10 to 3.13 with venv, and pip's index within reach.",
  });
}
