import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError, InputError } from '@glyphlab/core';
import { isMlflowError, MlflowHttpError } from '@glyphlab/mlflow-client';
import { type Attempt, FileGoneError } from './attempt.ts';

const CLASHES = 3;
const AFTER_CLASH_MS = 100;

/** The server holds the run no more: its database is another one. */
export class RunLostError extends GlyphlabError {
  override readonly name = 'RunLostError';
}

/**
 * True if it seems that the server will never take what it was sent, whenever it is sent again. Everything else is tried again:
 * a server that is down or overloaded, a wrong password, a wrong address, which a person can put right meanwhile.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof InputError || error instanceof FileGoneError) return true;
  if (!(error instanceof MlflowHttpError) || error.temporary) return false;
  // A missing code is the answer of something else than MLflow, as a proxy; 413 is the one that will not change.
  return error.status === 413 || REFUSALS.has(error.errorCode ?? '');
}

const REFUSALS = new Set([
  'RESOURCE_DOES_NOT_EXIST',
  'INVALID_PARAMETER_VALUE',
  'BAD_REQUEST',
  'RESOURCE_ALREADY_EXISTS',
  'INVALID_STATE',
  'NOT_FOUND',
]);

/**
 * Makes sure that the server refuses an entry for what it is, and not for the state of the run.
 *
 * @throws the error if it is none of a refusal; RunLostError if the server has no such run; GlyphlabError if the run is deleted
 *   there: then it refuses everything until it is restored
 */
export async function mustBeRefusal(error: unknown, runId: string, { server, signal }: Attempt): Promise<void> {
  if (!isRefusal(error)) throw error;
  const run = await server.client.runs.get(runId, { signal }).catch((cause: unknown) => {
    if (!isMlflowError(cause, 'RESOURCE_DOES_NOT_EXIST')) throw cause;
    throw new RunLostError('TRACKING_RUN_LOST', 'The server does not know this run.', { cause });
  });
  if (run.lifecycleStage === 'active') return;
  throw new GlyphlabError('TRACKING_RUN_DELETED', 'The run was deleted on the server.', {
    where: server.pageOf(run.experimentId, runId),
    hint: `Bring it back with: mlflow runs restore --run-id ${runId}`,
  });
}

/** Sends again what met another request in the server's database: that is answered as if the request had been wrong. */
export async function repeatAfterClash(send: () => Promise<void>): Promise<void> {
  for (let left = CLASHES; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (left === 0 || !isMlflowError(error, 'BAD_REQUEST')) throw error;
      await sleep(AFTER_CLASH_MS);
    }
  }
}

/** What the server asked to wait, 0 if nothing. */
export const retryAfterMs = (error: unknown): number =>
  error instanceof MlflowHttpError ? (error.retryAfterMs ?? 0) : 0;
