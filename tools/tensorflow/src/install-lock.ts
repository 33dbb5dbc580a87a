import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError } from '@glyphlab/core';
import lockfile from 'proper-lockfile';

export interface LockOptions {
  /** Called once if another process holds the lock. */
  onWait: () => void;
  signal?: AbortSignal;
}

/** A lock not refreshed for so long belongs to a process that was killed. */
const staleMs = 10_000;

/**
 * Runs `work` while no other process runs work under the lock `file`. `work` gets a signal that is aborted with the given
 * one, and when the lock is lost (the machine slept, someone removed the lock).
 */
export async function withLock<T>(
  file: string,
  { onWait, signal }: LockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const release = await acquire(file, { onWait, ...(signal && { signal }) }, (cause) =>
    lost.abort(
      new GlyphlabError('TENSORFLOW_INSTALL_INTERRUPTED', 'The installation of TensorFlow lost its lock.', {
        where: `${file}.lock`,
        hint: 'Run it again: npx nx run tensorflow:install',
        cause,
      }),
    ),
  );
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(file: string, { onWait, signal }: LockOptions, onCompromised: (error: Error) => void) {
  for (let waited = false; ; waited = true) {
    try {
      return await lockfile.lock(file, { realpath: false, stale: staleMs, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!waited) onWait();
      await sleep(500, undefined, signal && { signal });
    }
  }
}
