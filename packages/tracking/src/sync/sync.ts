import type { SyncedRun, SyncOptions } from './sync-runs.ts';

export type { SyncedRun, SyncOptions };

/**
 * Sends what earlier outages kept back, oldest run first, so that a parent is there before its children. A run whose process
 * is gone without a word is ended as KILLED first; one that is in use is left alone.
 *
 * @throws InputError if the server's address is malformed
 */
export async function syncRuns(options: SyncOptions): Promise<SyncedRun[]> {
  // It brings MLflow's client along, which the thread that trains has no use for and would wait for at the start.
  const { syncRuns: sync } = await import('./sync-runs.ts');
  return sync(options);
}
