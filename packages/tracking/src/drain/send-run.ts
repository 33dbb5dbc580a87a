import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EntryOf } from '../journal/entries.ts';
import { PARENT_TAG, PARENT_UUID_TAG, UUID_TAG } from '../run/tags.ts';
import { Cursor } from './cursor.ts';
import type { Attempt } from './attempt.ts';

/** As MLflow makes them; ours have hyphens. */
const MLFLOW_RUN_ID = /^[0-9a-f]{32}$/;

/**
 * Finds the run on the server, or creates it, and notes its id. A server may create a run and fail to say so, even later than
 * anyone waits for it: `forgetDoubles` looks again at the end.
 */
export async function createRun(
  { time, uuid, experiment: name, name: runName, parent }: EntryOf<'run'>,
  attempt: Attempt,
): Promise<void> {
  const { server, cursor, signal } = attempt;
  const options = { signal };
  const { experimentId } = await server.client.experiments.ensure(name, {}, options);
  let run = await server.client.runs.findByTag(experimentId, UUID_TAG, uuid, options);
  if (!run) {
    const parentId = parent === undefined ? undefined : await findParent(parent, experimentId, attempt);
    const tags = {
      [UUID_TAG]: uuid,
      ...(parent !== undefined && !MLFLOW_RUN_ID.test(parent) && { [PARENT_UUID_TAG]: parent }),
      ...(parentId !== undefined && { [PARENT_TAG]: parentId }),
    };
    const mayHaveDoubles = cursor.state.creating;
    // Noted before, in case this process does not live to see the answer.
    cursor.state.creating = true;
    cursor.save();
    run = await server.client.runs.create({ experimentId, name: runName, startTimeMs: time, tags }, options);
    cursor.state.creating = mayHaveDoubles;
  }
  const { runId, artifactUri } = run;
  await adoptChildren(uuid, experimentId, runId, attempt);
  Object.assign(cursor.state, { experimentId, runId, artifactUri, url: server.pageOf(experimentId, runId) });
}

/** Deletes runs with the same UUID that came to be because an answer was lost. They are empty. */
export async function forgetDoubles(uuid: string, { server, cursor, signal }: Attempt): Promise<void> {
  const { experimentId, runId, creating } = cursor.state;
  if (!creating || experimentId === undefined) return;
  const search = { experimentIds: [experimentId], filter: `tags.\`${UUID_TAG}\` = '${uuid}'` };
  for await (const run of server.client.runs.search(search, { signal })) {
    if (run.runId !== runId) await server.client.runs.delete(run.runId, { signal });
  }
  cursor.state.creating = false;
}

/**
 * Tells the runs of this parent that are on the server already. One that is created later, or just now, finds the parent by
 * itself: at the latest at its end.
 */
async function adoptChildren(
  uuid: string,
  experimentId: string,
  runId: string,
  { server, signal }: Attempt,
): Promise<void> {
  const search = { experimentIds: [experimentId], filter: `tags.\`${PARENT_UUID_TAG}\` = '${uuid}'` };
  for await (const child of server.client.runs.search(search, { signal })) {
    if (child.tags[PARENT_TAG] !== runId) await server.client.runs.setTag(child.runId, PARENT_TAG, runId, { signal });
  }
}

/** Sets the parent that was not on the server yet when its child was created; one that still is not will find its child. */
export async function setParent(parent: string, runId: string, attempt: Attempt): Promise<void> {
  const { server, cursor, signal, onMessage, directory } = attempt;
  const parentId = await findParent(parent, cursor.state.experimentId!, attempt);
  if (parentId !== undefined) await server.client.runs.setTag(runId, PARENT_TAG, parentId, { signal });
  else if (!existsSync(join(dirname(directory), parent)))
    onMessage(`The run ${parent}, of which this one is a part, is neither on the server nor on this machine.`);
}

/** MLflow's id of a run given by that id, or by our UUID: from its cursor beside ours, else from the server. */
async function findParent(
  parent: string,
  experimentId: string,
  { directory, server, signal }: Attempt,
): Promise<string | undefined> {
  if (MLFLOW_RUN_ID.test(parent)) return parent;
  const noted = Cursor.peek(join(dirname(directory), parent), server.identity)?.runId;
  return noted ?? (await server.client.runs.findByTag(experimentId, UUID_TAG, parent, { signal }))?.runId;
}
