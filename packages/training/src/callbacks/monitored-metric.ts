import type { Monitor } from '@glyphlab/core';
import type { Json } from './callback.ts';

/** The best value of a metric so far, and for how many epochs there has been no better one. */
export class MonitoredMetric {
  readonly #key: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #best = Infinity;
  #epochsWithout = 0;

  constructor({ monitor, mode, minDelta = 0 }: Monitor & { minDelta?: number }) {
    this.#key = monitor;
    this.#sign = mode === 'min' ? 1 : -1;
    this.#minDelta = minDelta;
  }

  /** NaN is never an improvement. @returns whether the metric is better than ever, by more than `minDelta` */
  update(metrics: Readonly<Record<string, number>>): boolean {
    const value = metrics[this.#key]! * this.#sign;
    const improved = value < this.#best - this.#minDelta;
    if (improved) this.#best = value;
    this.#epochsWithout = improved ? 0 : this.#epochsWithout + 1;
    return improved;
  }

  get epochsWithout(): number {
    return this.#epochsWithout;
  }

  /** Starts counting anew; the best value stays. */
  forgive(): void {
    this.#epochsWithout = 0;
  }

  state(): { best: number; epochsWithout: number } {
    return { best: this.#best, epochsWithout: this.#epochsWithout };
  }

  restore(state: Json): void {
    const { best, epochsWithout } = state as { best: number | null; epochsWithout: number };
    this.#best = best ?? Infinity; // JSON has no Infinity
    this.#epochsWithout = epochsWithout;
  }
}
