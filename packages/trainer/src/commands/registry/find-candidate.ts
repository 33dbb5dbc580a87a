import { GlyphlabError, InputError } from '@glyphlab/core';
import { isMlflowError, type Run } from '@glyphlab/mlflow-client';
import { findRunDirectory } from '@glyphlab/tracking';
import { mlflowRunId, type TrackingServer } from '@glyphlab/tracking/registry';
import { runsDir } from '../../project/workspace.ts';

/** A run on the server with the model it made. */
export interface Candidate {
  run: Run;
  modelId: string;
}

/**
 * Finds a run that has a model on the server.
 *
 * @param run directory, UUID or beginning of it of a run of this workspace, or the MLflow id of any
 * @throws InputError RUN_NOT_FOUND, RUN_NOT_SENT, RUN_WITHOUT_MODEL
 */
export async function findCandidate(server: TrackingServer, run: string): Promise<Candidate> {
  const runId = await idOf(server, run);
  const found = await server.client.runs.get(runId).catch((error: unknown) => {
    if (!isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
    throw new InputError('RUN_NOT_FOUND', `The server has no run ${runId}.`, { where: server.identity });
  });
  const last = [...found.modelOutputs].sort((a, b) => b.step - a.step)[0];
  if (last) return { run: found, modelId: last.modelId };
  throw new InputError('RUN_WITHOUT_MODEL', `The run has no model on the server; its status is ${found.status}.`, {
    where: server.pageOf(found.experimentId, runId),
    hint: 'If it has one here, send it: npx glyphlab sync',
  });
}

async function idOf(server: TrackingServer, run: string): Promise<string> {
  let directory: string;
  try {
    directory = findRunDirectory(runsDir(), run);
  } catch (error) {
    // It may have been trained elsewhere.
    if (error instanceof GlyphlabError && /^[0-9a-f]{32}$/.test(run)) return run;
    throw error;
  }
  const runId = await mlflowRunId(directory, server);
  if (runId !== undefined) return runId;
  throw new InputError('RUN_NOT_SENT', 'The server does not have this run yet.', {
    where: directory,
    hint: 'Send it: npx glyphlab sync',
  });
}
