import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError } from '@glyphlab/core';
import lockfile from 'proper-lockfile';

export interface LockOptions {
  /** Called once if another process holds the lock. */
  onWait?: () => void;
  signal?: AbortSignal | undefined;
}

/** A lock that is not refreshed for so long belongs to a process that was killed. */
const staleMs = 10_000;

/**
 * Does `work` while no other process does work under the lock `file`. `work` gets a signal that is aborted with the given one, and
 * when the lock is lost (the machine slept, someone removed it).
 */
export async function withFileLock<T>(
  file: string,
  { onWait, signal }: LockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const onCompromised = (cause: Error) =>
    lost.abort(new GlyphlabError('MLFLOW_LOCK_LOST', 'The lock was lost; run it again.', { where: file, cause }));
  const release = await acquire(file, onCompromised, onWait, signal);
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(
  file: string,
  onCompromised: (error: Error) => void,
  onWait: (() => void) | undefined,
  signal: AbortSignal | undefined,
) {
  for (let waited = false; ; waited = true) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(file, { realpath: false, stale: staleMs, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!waited) onWait?.();
      await sleep(200, undefined, signal && { signal });
    }
  }
}
