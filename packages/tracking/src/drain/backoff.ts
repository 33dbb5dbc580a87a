const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/** How long to wait before the next attempt: twice as long each time, up to a quarter of a minute, with jitter. */
export class Backoff {
  readonly #firstMs: number;
  #next: number;

  constructor(firstMs = FIRST_MS) {
    this.#firstMs = this.#next = firstMs;
  }

  reset(): void {
    this.#next = this.#firstMs;
  }

  /** @param atLeastMs what the server asked for, as with `Retry-After` */
  nextMs(atLeastMs = 0): number {
    const wait = this.#next * (0.75 + Math.random() / 2);
    this.#next = Math.min(LONGEST_MS, this.#next * 2);
    return Math.max(wait, atLeastMs);
  }
}
