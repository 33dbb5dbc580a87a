import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GlyphlabError, userCacheDir } from '@glyphlab/core';
import type { PeerName } from './options.ts';

/** What pip is asked for. The script of each peer was written for this version. */
const requirements: Partial<Record<PeerName, { version: string; packages: readonly string[] }>> = {
  pytorch: { version: '2.15.0', packages: ['torch==2.15.0', 'numpy'] },
  keras: { version: '2.21.0', packages: ['tensorflow-cpu==2.21.0'] },
};

interface InstallOptions {
  onMessage: (message: string) => void;
  signal: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

/**
 * The interpreter of a peer's own Python environment, which is made if it is not there yet, with the user's Python and pip.
 * @returns undefined for a peer that needs none
 * @throws GlyphlabError BENCH_PEER_INSTALL_FAILED
 */
export async function peerPython(peer: PeerName, options: InstallOptions): Promise<string | undefined> {
  const required = requirements[peer];
  if (!required) return undefined;
  const dir = join(userCacheDir(options.env), 'bench', `${peer}-${required.version}`);
  const python = join(dir, 'venv', 'bin', 'python');
  const marker = join(dir, 'installed.json');
  if (existsSync(marker) && existsSync(python)) return python;

  options.onMessage(`Installing ${required.packages.join(' and ')} for the comparison, once, in ${dir}`);
  await rm(join(dir, 'venv'), { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await command(peer, 'python3', ['-m', 'venv', join(dir, 'venv')], options);
  await command(peer, python, ['-m', 'pip', 'install', '--progress-bar', 'off', ...required.packages], options);
  // Written last, so that an environment with it is whole.
  await writeFile(marker, `${JSON.stringify(required)}\n`);
  return python;
}

async function command(peer: PeerName, program: string, args: string[], options: InstallOptions): Promise<void> {
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
  throw new GlyphlabError('BENCH_PEER_INSTALL_FAILED', failure, {
    where: `${program} ${args.join(' ')}`,
    hint: `It needs Python 3.10 to 3.13 with venv, and pip's index within reach. To run without it, leave ${peer} out of --peers.`,
  });
}
