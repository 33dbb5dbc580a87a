import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { GlyphlabError } from './errors.ts';

export interface FileLockOptions {
  /** Called once if another process holds the lock. */
  onWait?: () => void;
  signal?: AbortSignal | undefined;
}

/** A lock that is not refreshed for so long belongs to a process that was killed. */
const STALE_MS = 10_000;
const LOOK_EVERY_MS = 200;

/**
 * Does `work` while no other process does work under the lock `file`, which need not exist. `work` gets a signal that is aborted
 * with the given one, and with LOCK_LOST when the lock is lost.
 */
export async function withFileLock<T>(
  file: string,
  { onWait, signal }: FileLockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const release = await acquire(file, (cause) => lost.abort(lockLost(file, cause)), onWait, signal);
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    await release().catch(() => undefined);
  }
}

const lockLost = (file: string, cause: Error): GlyphlabError =>
  new GlyphlabError('LOCK_LOST', 'The lock was lost: the machine was suspended, or someone removed it.', {
    where: `${file}.lock`,
    hint: 'Run it again.',
    cause,
  });

async function acquire(
  file: string,
  onCompromised: (error: Error) => void,
  onWait: (() => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  for (let waited = false; ; waited = true) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(file, { realpath: false, stale: STALE_MS, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!waited) onWait?.();
      await sleep(LOOK_EVERY_MS, undefined, signal && { signal });
    }
  }
}
