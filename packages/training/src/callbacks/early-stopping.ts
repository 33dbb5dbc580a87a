import type { Monitor } from '@glyphlab/core';
import type { Answer, Callback, EpochEnd, Json } from './callback.ts';
import { MonitoredMetric } from './monitored-metric.ts';

export interface EarlyStoppingOptions extends Monitor {
  /** Epochs. */
  patience: number;
  /** Smallest change that counts, in units of the metric. */
  minDelta: number;
}

/** Ends training when a metric has not improved for `patience` epochs (Keras's EarlyStopping). */
export class EarlyStopping implements Callback {
  readonly #metric: MonitoredMetric;
  readonly #patience: number;

  constructor(options: EarlyStoppingOptions) {
    this.#metric = new MonitoredMetric(options);
    this.#patience = options.patience;
  }

  /** A run may be resumed after its patience was over. */
  onTrainBegin(): Answer {
    return this.#answer();
  }

  onEpochEnd({ metrics }: EpochEnd): Answer {
    this.#metric.update(metrics);
    return this.#answer();
  }

  state(): Json {
    return this.#metric.state();
  }

  restore(state: Json): void {
    this.#metric.restore(state);
  }

  #answer(): Answer {
    const { epochsWithout } = this.#metric;
    return epochsWithout > 0 && epochsWithout >= this.#patience ? 'stop' : undefined;
  }
}
