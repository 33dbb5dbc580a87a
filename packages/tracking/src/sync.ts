import type { OnProgress } from '@glyphlab/core';
import type { ServerChoice } from './server-choice.ts';

export interface SyncOptions {
  runsDir: string;
  /** Directories of the runs to send. Default: all in `runsDir`. */
  runs?: readonly string[];
  /** For the private server's `.mlflow`. */
  workspaceDir: string;
  /** `auto` unless given: then a run that is meant for a server, or has begun there, goes there. */
  server?: ServerChoice;
  /** In bytes of the journal of the run that is being sent. */
  onProgress?: OnProgress;
  onMessage?: (text: string) => void;
  /** Breaks off; what was sent is noted. */
  signal?: AbortSignal;
}

export interface SyncedRun {
  directory: string;
  /** `?` if the journal is damaged. */
  uuid: string;
  name: string;
  experiment: string;
  /**
   * `sent`: the server has all of it now. `complete`: it had before. `in-use`: a process is training or sending it.
   * `waiting`: the server could not take it. `damaged`: the journal does not begin with its run.
   */
  state: 'sent' | 'complete' | 'in-use' | 'waiting' | 'damaged';
  /** Lines of the journal that went out in this call, and that still wait. */
  sent: number;
  waiting: number;
  url?: string;
  error?: string;
}

/**
 * Sends what earlier outages kept back, oldest run first, so that a parent is there before its children. A run whose process
 * is gone without a word is ended as KILLED first; one that is in use is left alone.
 *
 * @throws InputError if the server's address is malformed
 */
export async function syncRuns(options: SyncOptions): Promise<SyncedRun[]> {
  // It brings MLflow's client along, which the thread that trains has no use for and would wait for at the start.
  const { syncRuns: sync } = await import('./sync/sync-runs.ts');
  return sync(options);
}
