import { describeError, GlyphlabError } from '@glyphlab/core';
import { ERROR_TAG, PARENT_UUID_TAG, type TrackedRun, UUID_TAG } from '@glyphlab/tracking';
import { connectServer, type TrackingServer } from '@glyphlab/tracking/registry';

export interface EndLostOptions {
  /** They are parts of it. */
  parent: TrackedRun;
  experiment: string;
  workspaceDir: string;
  onMessage: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Ends runs on the server whose process is gone without a word, as with its node: it can no longer do so itself. What does not
 * work is told.
 *
 * @param isLost tells it of a run, by its UUID
 */
export async function endLostRuns(
  { parent, experiment, workspaceDir, onMessage, signal }: EndLostOptions,
  isLost: (uuid: string) => boolean,
): Promise<void> {
  let server: TrackingServer | undefined;
  try {
    server = await connectServer(workspaceDir, onMessage, { run: parent, signal });
    const { runs, experiments } = server.client;
    const known = await experiments.getByName(experiment);
    if (!known) return;
    const filter = `tags.\`${PARENT_UUID_TAG}\` = '${parent.uuid}' AND attributes.status = 'RUNNING'`;
    for await (const { runId, tags } of runs.search({ experimentIds: [known.experimentId], filter })) {
      if (!isLost(tags[UUID_TAG] ?? '')) continue;
      await runs.setTag(runId, ERROR_TAG, 'The process ended without notice: it was killed, or its node was lost.');
      await runs.finish(runId, { status: 'KILLED' });
    }
  } catch (error) {
    if (!(error instanceof GlyphlabError && error.code === 'TRACKING_NO_SERVER'))
      onMessage(`MLflow was not told which runs are lost.\n${describeError(error)}`);
  } finally {
    await server?.stop();
  }
}
