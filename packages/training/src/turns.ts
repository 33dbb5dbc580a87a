import { setImmediate } from 'node:timers/promises';

/** How long a loop may hold the JavaScript thread: signals and timers wait meanwhile. */
const TURN_MS = 50;

/** Lets a loop give everything else a turn now and then. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #next = performance.now() + TURN_MS;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  due(): boolean {
    return performance.now() >= this.#next;
  }

  /** @throws the signal's reason if it was aborted meanwhile */
  async take(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#next = performance.now() + TURN_MS;
  }
}
