import { setTimeout as sleep } from 'node:timers/promises';
import { MlflowError, MlflowHttpError } from '../errors.ts';

const firstDelayMs = 250;
const longestDelayMs = 10_000;

/** True if the call can be sent again without doing anything twice. */
export const mayRepeat = (error: unknown, repeat: 'safe' | 'once'): error is MlflowError =>
  error instanceof MlflowError && error.temporary && (repeat === 'safe' || !error.mayBeDone);

/**
 * How long to wait before try number `attempt` + 1: doubled each time and half of it random, so that many clients do not come back at
 * once; never less than what the server asks for.
 */
export function retryDelayMs(attempt: number, error: MlflowError, random: () => number = Math.random): number {
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + random() / 2);
  return Math.max(backoff, error instanceof MlflowHttpError ? (error.retryAfterMs ?? 0) : 0);
}

/** Waits; an abort ends it with the signal's own reason. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
