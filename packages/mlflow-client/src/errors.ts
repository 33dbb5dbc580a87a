import { GlyphlabError } from '@glyphlab/core';

/** A call to MLflow failed. `url` never holds credentials. */
export abstract class MlflowError extends GlyphlabError {
  abstract readonly url: string;
  abstract readonly method: string;
  /** True if the same call may well succeed later: the server is down, overloaded or restarting. */
  abstract readonly temporary: boolean;
  /** True if the server may have done it all the same. */
  abstract readonly mayBeDone: boolean;
}

export interface HttpErrorDetails {
  method: string;
  url: string;
  status: number;
  /** MLflow's own code, as `RESOURCE_DOES_NOT_EXIST`; undefined if the answer was not MLflow's JSON. */
  errorCode: string | undefined;
  /** The server's words, plain text, at most a few lines. */
  serverMessage: string;
  retryAfterMs?: number | undefined;
}

/** The server answered with an error. `code` is `MLFLOW_` and its `errorCode`, else `MLFLOW_HTTP_` and the status. */
export class MlflowHttpError extends MlflowError implements HttpErrorDetails {
  override readonly name = 'MlflowHttpError';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly serverMessage: string;
  readonly retryAfterMs: number | undefined;
  readonly temporary: boolean;
  readonly mayBeDone: boolean;

  constructor(details: HttpErrorDetails, hint?: string) {
    const { method, url, status, errorCode, serverMessage } = details;
    super(`MLFLOW_${errorCode ?? `HTTP_${status}`}`, `The server answered ${status}: ${serverMessage || '(nothing)'}`, {
      where: `${method} ${url}`,
      ...(hint && { hint }),
    });
    this.method = method;
    this.url = url;
    this.status = status;
    this.errorCode = errorCode;
    this.serverMessage = serverMessage;
    this.retryAfterMs = details.retryAfterMs;
    this.temporary = isTemporaryStatus(status);
    this.mayBeDone = status >= 500 || status === 408;
  }
}

/** Statuses that Python's client tries again after, too. */
const isTemporaryStatus = (status: number): boolean => [408, 425, 429, 500, 502, 503, 504].includes(status);

/** Why there was no answer, or none that could be read. */
export type ConnectionFailure = 'refused' | 'name' | 'timeout' | 'deadline' | 'broken' | 'tls' | 'protocol';

/** No answer came, or not a whole one. `code` is `MLFLOW_CONNECTION_` and the failure. */
export class MlflowConnectionError extends MlflowError {
  override readonly name = 'MlflowConnectionError';
  readonly method: string;
  readonly url: string;
  readonly failure: ConnectionFailure;
  readonly temporary: boolean;
  readonly mayBeDone: boolean;

  constructor(
    details: { method: string; url: string; failure: ConnectionFailure; message: string; hint?: string },
    cause?: unknown,
  ) {
    const { method, url, failure, message, hint } = details;
    super(`MLFLOW_CONNECTION_${failure.toUpperCase()}`, message, {
      where: `${method} ${url}`,
      ...(hint && { hint }),
      cause,
    });
    this.method = method;
    this.url = url;
    this.failure = failure;
    this.temporary = failure !== 'tls' && failure !== 'protocol';
    this.mayBeDone = ['timeout', 'deadline', 'broken', 'protocol'].includes(failure);
  }
}

/** True for an answer with this error code of MLflow's. */
export const isMlflowError = (error: unknown, errorCode: string): error is MlflowHttpError =>
  error instanceof MlflowHttpError && error.errorCode === errorCode;
