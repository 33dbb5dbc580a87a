import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { type Command, type CommandResult, runCommand } from './run-command.ts';

export interface PipInstallOptions {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onProgress: OnProgress;
  /** For the progress: what it is, how many packages and bytes there are, if that is known. */
  label: string;
  packages?: number;
  bytes?: number;
}

/** Installs into the virtual environment `venv` with `pip`, and tells how far it is. */
export async function pipInstall(
  pip: Command,
  args: readonly string[],
  venv: string,
  { env, signal, onProgress, label, packages, bytes }: PipInstallOptions,
): Promise<CommandResult> {
  let collected = 0;
  let unpacking: NodeJS.Timeout | undefined;
  const tellUnpacked = async (): Promise<void> => {
    const done = await bytesBelow(join(venv, 'lib'));
    onProgress({ label: `Unpacking ${label}`, done, ...(bytes && { total: bytes }), unit: 'bytes' });
  };
  const onLine = (line: string): void => {
    if (line.startsWith('Collecting ')) {
      collected++;
      const total = packages && Math.max(packages, collected);
      onProgress({ label: `Getting ${label}`, done: collected, ...(total && { total }), unit: 'files' });
    }
    const download = /^\s*Downloading (\S+) \((\S+ MB)\)/.exec(line);
    if (download) onProgress({ label: `Getting ${label}`, done: collected, unit: 'files', note: download[2]! });
    if (line.startsWith('Installing collected')) unpacking = setInterval(() => void tellUnpacked(), 500);
  };
  try {
    return await runCommand([...pip, 'install', '--progress-bar', 'off', ...args], { env, signal, onLine });
  } finally {
    clearInterval(unpacking);
  }
}

/** Bytes of all files below `dir`; files may come and go meanwhile. */
export async function bytesBelow(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map((file) =>
    stat(join(file.parentPath, file.name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
