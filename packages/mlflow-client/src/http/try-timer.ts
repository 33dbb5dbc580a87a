import { MlflowConnectionError } from '../errors.ts';

/** Ends one try: when the caller aborts, when it stands still for too long, or when the deadline of the whole call has come. */
export class TryTimer {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #idle: NodeJS.Timeout;
  readonly #deadline: NodeJS.Timeout | undefined;
  readonly #timeoutMs: number;
  readonly #deadlineMs: number;
  #expired: 'timeout' | 'deadline' | undefined;

  constructor(timeoutMs: number, deadlineMs: number, signal: AbortSignal | undefined) {
    const expire = (what: 'timeout' | 'deadline') => {
      this.#expired ??= what;
      this.abort();
    };
    this.#timeoutMs = timeoutMs;
    this.#deadlineMs = deadlineMs;
    this.#idle = setTimeout(expire, timeoutMs, 'timeout');
    if (deadlineMs < Infinity) this.#deadline = setTimeout(expire, Math.max(0, deadlineMs), 'deadline');
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
  }

  get expired(): boolean {
    return this.#expired !== undefined;
  }

  /** The transfer moves: the time begins anew. */
  readonly touch = (): void => {
    this.#idle.refresh();
  };

  /** Ends what is still under way. */
  abort(): void {
    this.#controller.abort();
  }

  error(call: { method: string; url: string }): MlflowConnectionError {
    const failure = this.#expired ?? 'timeout';
    const seconds = Math.round(failure === 'timeout' ? this.#timeoutMs / 100 : this.#deadlineMs / 100) / 10;
    return new MlflowConnectionError({ ...call, failure, message: `The server did not answer within ${seconds} s.` });
  }

  stop(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#deadline);
  }
}
