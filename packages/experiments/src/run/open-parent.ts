import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRun, readRun, SET_TAG, type ServerChoice, type TrackedRun } from '@glyphlab/tracking';
import type { ExperimentSet } from '../plan/expand-set.ts';
import type { SetDirectory } from './set-directory.ts';

export interface OpenParentOptions {
  runsDir: string;
  workspaceDir: string;
  server: ServerChoice;
  onMessage: (text: string) => void;
}

/**
 * Opens the run that the members' runs are parts of: that of the last session, or a new one where there is none or the set has
 * gone to another MLflow experiment. One session of a set at a time can have it open.
 *
 * @throws InputError if another session has it open, or the server's address is malformed
 */
export async function openParent(
  set: ExperimentSet,
  directory: SetDirectory,
  options: OpenParentOptions,
): Promise<TrackedRun> {
  const latest = directory.parents.at(-1);
  const isUsable = latest !== undefined && readRun(join(options.runsDir, latest))?.experiment === set.experiment;
  const run = await openRun({
    ...options,
    experiment: set.experiment,
    runName: set.name,
    tags: { [SET_TAG]: set.name },
    systemMetrics: false,
    ...(isUsable && { resume: join(options.runsDir, latest), mayBeFinished: true }),
    ...(set.description !== undefined && { description: set.description }),
  });
  directory.addParent(run.uuid);
  run.logBytes(readFileSync(set.file), 'set.yaml');
  return run;
}
