import { UUID_TAG } from '../run-tags.ts';
import { Cursor } from '../drain/cursor.ts';
import { readBeginning } from '../journal/logged-before.ts';
import type { TrackingServer } from '../tracking-server.ts';

/** What a server calls the run of a directory; undefined if it was not sent there. */
export async function mlflowRunId(
  directory: string,
  { client, identity }: TrackingServer,
): Promise<string | undefined> {
  const noted = Cursor.peek(directory, identity)?.runId;
  if (noted !== undefined) return noted;
  const { uuid, experiment } = await readBeginning(directory);
  const found = await client.experiments.getByName(experiment);
  return found && (await client.runs.findByTag(found.experimentId, UUID_TAG, uuid))?.runId;
}
