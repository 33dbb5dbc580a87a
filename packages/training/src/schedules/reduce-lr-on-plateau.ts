import type { Monitor } from '@glyphlab/core';
import type { EpochEnd, Json } from '../callbacks/callback.ts';
import { MonitoredMetric } from '../callbacks/monitored-metric.ts';
import { warmup } from './curves.ts';
import type { Schedule } from './schedule.ts';

export interface PlateauOptions extends Monitor {
  /** In (0, 1). */
  factor: number;
  /** Epochs. */
  patience: number;
  minDelta: number;
  /** Epochs after a reduction; all but the last of them do not count. */
  cooldown: number;
  minLr: number;
  warmupEpochs: number;
}

/**
 * `lr × factor`, not below `minLr`, when the metric has not improved by `minDelta` for `patience` epochs. Keras's
 * ReduceLROnPlateau, except that the first `warmupEpochs` never count.
 */
export class ReduceLrOnPlateau implements Schedule {
  readonly #options: PlateauOptions;
  readonly #metric: MonitoredMetric;
  #lr: number;
  #cooldown = 0;

  constructor(options: PlateauOptions, learningRate: number) {
    this.#options = options;
    this.#metric = new MonitoredMetric(options);
    this.#lr = learningRate;
  }

  lrAt(progress: number): number {
    return this.#lr * warmup(progress, this.#options.warmupEpochs);
  }

  onEpochEnd({ epoch, metrics }: Pick<EpochEnd, 'epoch' | 'metrics'>): void {
    const { factor, patience, cooldown, minLr, warmupEpochs } = this.#options;
    if (epoch <= warmupEpochs) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#metric.forgive();
    }
    const improved = this.#metric.update(metrics);
    if (improved || this.#cooldown > 0 || this.#metric.epochsWithout < patience || this.#lr <= minLr) return;
    this.#lr = Math.max(minLr, this.#lr * factor);
    this.#cooldown = cooldown;
    this.#metric.forgive();
  }

  state(): Json {
    return { lr: this.#lr, cooldown: this.#cooldown, ...this.#metric.state() };
  }

  restore(state: Json): void {
    const { lr, cooldown } = state as { lr: number; cooldown: number };
    this.#lr = lr;
    this.#cooldown = cooldown;
    this.#metric.restore(state);
  }
}
