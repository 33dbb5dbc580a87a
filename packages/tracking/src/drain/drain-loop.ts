import { GlyphlabError } from '@glyphlab/core';
import { retryAfterMs } from './failure.ts';
import type { RunDrain } from './run-drain.ts';

/** How often the journal is looked at while nothing is due. */
const LOOK_EVERY_MS = 100;
/** A few points wait this long for company, so that slow logging makes few requests. */
const LINGER_MS = 1000;
/** This much is worth a request at once. */
const ENOUGH_BYTES = 64 * 1024;
/** How long the end of a run waits for a server that worked until then and now does not move. */
const PATIENCE_MS = 15_000;
/** And for one that had failed before. */
const PATIENCE_WHEN_DOWN_MS = 3_000;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;

/** How long to wait before the next attempt: twice as long each time, up to a quarter of a minute, with jitter. */
export class Backoff {
  readonly #firstMs: number;
  #next: number;

  constructor(firstMs = FIRST_WAIT_MS) {
    this.#firstMs = this.#next = firstMs;
  }

  reset(): void {
    this.#next = this.#firstMs;
  }

  /** @param atLeastMs what the server asked for, as with `Retry-After` */
  nextMs(atLeastMs = 0): number {
    const wait = this.#next * (0.75 + Math.random() / 2);
    this.#next = Math.min(LONGEST_WAIT_MS, this.#next * 2);
    return Math.max(wait, atLeastMs);
  }
}

/** Sends a journal while it grows, and tries again for ever; once told to finish, until all is sent or nothing moves. */
export class DrainLoop {
  readonly #drain: RunDrain;
  readonly #onStatus: (error: unknown) => void;
  readonly #backoff: Backoff;
  #isOver = false;
  #attemptUnderWay = new AbortController();
  #wakeUp = (): void => undefined;
  #movedAtMs = 0;
  #patienceMs = Infinity;
  #failing = false;
  #isLooking = false;

  /** @param onStatus told after everything that was sent (then with undefined), and after every failure with the error */
  constructor(drain: RunDrain, onStatus: (error: unknown) => void, backoff = new Backoff()) {
    this.#drain = drain;
    this.#onStatus = onStatus;
    this.#backoff = backoff;
  }

  /**
   * Nothing will be written to the journal any more: send the rest, and give up if nothing moves.
   *
   * @param patienceMs how long, until something has moved
   */
  finish(patienceMs = this.#failing ? PATIENCE_WHEN_DOWN_MS : PATIENCE_MS): void {
    this.#patienceMs = patienceMs;
    this.#movedAtMs = Date.now();
    this.#backoff.reset();
    this.#wakeUp();
  }

  /** Much has been written: looks at the journal at once, unless a failed attempt makes it wait. */
  look(): void {
    if (this.#isLooking) this.#wakeUp();
  }

  /** Breaks off, what is under way included. */
  stop(): void {
    this.#isOver = true;
    this.#attemptUnderWay.abort();
    this.#wakeUp();
  }

  /** @returns true if the server has everything */
  async run(): Promise<boolean> {
    // A request to a server that hangs does not end by itself in time.
    const watch = setInterval(() => this.#giveUpIfStuck(), 250);
    try {
      return await this.#send();
    } finally {
      clearInterval(watch);
      await this.#drain.close();
    }
  }

  async #send(): Promise<boolean> {
    let waitingSinceMs: number | undefined;
    while (!this.#isOver) {
      const finishing = this.#patienceMs < Infinity;
      const waiting = await this.#drain.waitingBytes();
      if (waiting === 0 && finishing) return true;
      waitingSinceMs = waiting === 0 ? undefined : (waitingSinceMs ?? Date.now());
      const isDue = finishing || waiting >= ENOUGH_BYTES || Date.now() - (waitingSinceMs ?? Infinity) >= LINGER_MS;
      this.#isLooking = !isDue;
      if (!isDue) await this.#pause(LOOK_EVERY_MS);
      else if (await this.#attempt()) {
        waitingSinceMs = undefined;
        // The half of a line, perhaps, that is just being written.
        if ((await this.#drain.waitingBytes()) === waiting) await this.#pause(LOOK_EVERY_MS);
      }
    }
    return false;
  }

  async #attempt(): Promise<boolean> {
    // One for each attempt: what listens to a signal that lives as long as a training would pile up.
    this.#attemptUnderWay = new AbortController();
    try {
      await this.#drain.pump(this.#attemptUnderWay.signal, () => this.#moved());
      return true;
    } catch (error) {
      if (this.#isOver) return false;
      this.#failing = true;
      this.#onStatus(error);
      await this.#pause(this.#backoff.nextMs(retryAfterMs(error)));
      return false;
    }
  }

  #giveUpIfStuck(): void {
    if (Date.now() - this.#movedAtMs <= this.#patienceMs) return;
    if (!this.#failing) this.#onStatus(new GlyphlabError('TRACKING_NO_ANSWER', 'The server does not answer.'));
    this.stop();
  }

  #moved(): void {
    this.#movedAtMs = Date.now();
    if (this.#patienceMs < Infinity) this.#patienceMs = PATIENCE_MS;
    this.#failing = false;
    this.#backoff.reset();
    this.#onStatus(undefined);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
