import { join } from 'node:path';
import { workspaceDir as workspaceOfHere } from '@glyphlab/core';
import { openRun, type OpenRunOptions } from './open-run.ts';
import type { TrackedRun } from './tracked-run.ts';

export interface StartRunOptions extends Omit<OpenRunOptions, 'runsDir' | 'workspaceDir' | 'runName' | 'resume'> {
  /** Default: the experiment's. */
  name?: string;
  /** Its `.glyphlab/runs` holds the run. Default: the nearest folder upward with a `.glyphlab` or `nx.json`, else the current one. */
  workspaceDir?: string;
}

/**
 * Starts a run from any program: what is logged goes to a journal at once, and to MLflow from a thread of its own. End it with `end`.
 *
 * @throws InputError if a name, parameter, tag or the server's address is not one
 */
export function startRun({ name, workspaceDir = workspaceOfHere(), ...options }: StartRunOptions): Promise<TrackedRun> {
  const runsDir = join(workspaceDir, '.glyphlab', 'runs');
  return openRun({ ...options, workspaceDir, runsDir, runName: name ?? options.experiment });
}
