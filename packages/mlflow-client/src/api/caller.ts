import type { Endpoint } from './endpoints.ts';

/** What every method takes last. */
export interface CallOptions {
  /** Ends the call with the signal's own reason. */
  signal?: AbortSignal;
  /** How long one try may take. Default: the client's. */
  timeoutMs?: number;
  /** How long all tries and the waiting between them may take. Default: the client's. */
  deadlineMs?: number;
  /** How often it is tried again, at most. Default: the client's. */
  maxRetries?: number;
}

/** Sends what the table of endpoints describes. */
export interface Caller {
  /** The server's address, without credentials. */
  readonly url: string;
  call<Request extends object, Answer>(
    endpoint: Endpoint<Request, Answer>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer>;
}
