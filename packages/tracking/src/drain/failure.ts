import { GlyphlabError, InputError } from '@glyphlab/core';
import { isMlflowError, MlflowHttpError } from '@glyphlab/mlflow-client';

/** The server holds the run no more: its database is another one. */
export class RunLostError extends GlyphlabError {
  override readonly name = 'RunLostError';
}

/** Someone removed a file from the run's directory: it cannot be sent any more. */
export class FileGoneError extends GlyphlabError {
  override readonly name = 'FileGoneError';
}

/** True if the server says that there is no such run. */
export const isRunMissing = (error: unknown): boolean => isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST');

/**
 * True if the server will never take what it was sent, whenever it is sent again. Everything else is tried again: a server that
 * is down or overloaded, a wrong password, a wrong address, which a person can put right meanwhile.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof InputError || error instanceof FileGoneError) return true;
  if (!(error instanceof MlflowHttpError) || error.temporary) return false;
  // A missing code is the answer of something else than MLflow, as a proxy; 413 is the one that will not change.
  return error.status === 413 || REFUSALS.has(error.errorCode ?? '');
}

const REFUSALS = new Set([
  'INVALID_PARAMETER_VALUE',
  'BAD_REQUEST',
  'RESOURCE_ALREADY_EXISTS',
  'INVALID_STATE',
  'NOT_FOUND',
]);

/** What the server asked to wait, 0 if nothing. */
export const retryAfterMs = (error: unknown): number =>
  error instanceof MlflowHttpError ? (error.retryAfterMs ?? 0) : 0;
