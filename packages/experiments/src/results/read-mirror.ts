import { describeError, GlyphlabError } from '@glyphlab/core';
import type { TrackedRun } from '@glyphlab/tracking';
import { connectServer, type TrackingServer } from '@glyphlab/tracking/registry';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { readMlflowRuns, type MlflowRun } from './mlflow-runs.ts';

/** What MLflow holds of a set. */
export interface Mirror {
  runs: readonly MlflowRun[];
  parentTags: Readonly<Record<string, string>>;
  /** The server, for a person. */
  server: string;
}

export interface ReadMirrorOptions {
  /** Undefined if another session has it open. */
  parent: TrackedRun | undefined;
  workspaceDir: string;
  onMessage: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Reads a set's runs from the server that its parent run goes to.
 *
 * @returns undefined if there is no server, or it cannot be read; `onMessage` has said why
 */
export async function readMirror(
  set: ExperimentSet,
  { parent, workspaceDir, onMessage, signal }: ReadMirrorOptions,
): Promise<Mirror | undefined> {
  let server: TrackingServer | undefined;
  try {
    server = await connectServer(workspaceDir, onMessage, { run: parent, signal });
    return { ...(await readMlflowRuns(server, set)), server: server.name };
  } catch (error) {
    if (!(error instanceof GlyphlabError && error.code === 'TRACKING_NO_SERVER'))
      onMessage(
        `MLflow could not be read, so the results come from the journals of the runs.\n${describeError(error)}`,
      );
    return undefined;
  } finally {
    await server?.stop();
  }
}
