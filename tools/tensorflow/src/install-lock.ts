import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

export interface LockOptions {
  /** Called once if another process holds the lock. */
  onWait: () => void;
  signal?: AbortSignal;
}

/**
 * Runs `work` while no other process runs work on `file`. A lock whose owner was killed is taken over after 10 s.
 * `work` gets a signal that is aborted when the lock is lost (the machine slept, the lock was removed).
 */
export async function withLock<T>(
  file: string,
  { onWait, signal }: LockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const options = { realpath: false, stale: 10_000, onCompromised: (error: Error) => lost.abort(error) };
  let release: () => Promise<void>;
  for (let waited = false; ; waited = true) {
    try {
      release = await lockfile.lock(file, options);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!waited) onWait();
      await sleep(500, undefined, signal && { signal });
    }
  }
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
  } finally {
    await release().catch(() => undefined);
  }
}
