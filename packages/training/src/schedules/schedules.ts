import { type Monitor, MonitoredMetric } from '../callbacks/monitor.ts';

export type ScheduleOptions =
  | { type: 'constant' }
  | ({ type: 'reduceLrOnPlateau' } & Monitor & PlateauOptions)
  | { type: 'cosine'; warmupEpochs: number; minLr: number }
  | { type: 'oneCycle'; maxLr?: number | undefined; warmupFraction: number; divFactor: number; finalDivFactor: number };

interface PlateauOptions {
  factor: number;
  patience: number;
  minDelta: number;
  cooldown: number;
  minLr: number;
  warmupEpochs: number;
}

/** How the learning rate changes. Its state is plain JSON, so that a resumed run goes on exactly. */
export interface Schedule {
  /** @param progress epochs done, with the fraction of the running one: 0 at the start */
  lrAt(progress: number): number;
  /** @param epoch the one that has ended, from 1 */
  onEpochEnd(epoch: number, metrics: Readonly<Record<string, number>>): void;
  state(): Record<string, number>;
  restore(state: Record<string, number>): void;
}

const stateless = (lrAt: (progress: number) => number): Schedule => ({
  lrAt,
  onEpochEnd: () => {},
  state: () => ({}),
  restore: () => {},
});

/** Rises evenly over the first epochs; 1 afterwards (Goyal et al. 2017, §2.2). */
const warmup = (progress: number, epochs: number): number =>
  progress < epochs ? (progress + 1e-3) / (epochs + 1e-3) : 1;

/** Half a cosine from 1 to 0 as `share` goes from 0 to 1. */
const halfCosine = (share: number): number => (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;

/**
 * `lr × factor`, not below `minLr`, when the metric has not improved by `minDelta` for `patience` epochs. Keras's
 * ReduceLROnPlateau, except that the first `warmupEpochs` never count.
 */
class ReduceLrOnPlateau implements Schedule {
  readonly #options: PlateauOptions;
  readonly #metric: MonitoredMetric;
  #lr: number;
  #cooldown = 0;

  constructor(options: PlateauOptions & Monitor, learningRate: number) {
    this.#options = options;
    this.#metric = new MonitoredMetric(options);
    this.#lr = learningRate;
  }

  lrAt(progress: number): number {
    return this.#lr * warmup(progress, this.#options.warmupEpochs);
  }

  onEpochEnd(epoch: number, metrics: Readonly<Record<string, number>>): void {
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

  state(): Record<string, number> {
    return { lr: this.#lr, cooldown: this.#cooldown, ...this.#metric.state() };
  }

  restore(state: Record<string, number>): void {
    this.#lr = state['lr']!;
    this.#cooldown = state['cooldown']!;
    this.#metric.restore(state);
  }
}

/** @param epochs length of the whole training, which cosine and one-cycle span */
export function createSchedule(options: ScheduleOptions, learningRate: number, epochs: number): Schedule {
  switch (options.type) {
    case 'constant':
      return stateless(() => learningRate);
    case 'reduceLrOnPlateau':
      return new ReduceLrOnPlateau(options, learningRate);
    case 'cosine': {
      // Loshchilov, Hutter 2017, "SGDR", Eq. 5, without restarts.
      const { warmupEpochs, minLr } = options;
      return stateless((progress) =>
        progress < warmupEpochs
          ? learningRate * warmup(progress, warmupEpochs)
          : minLr + (learningRate - minLr) * halfCosine((progress - warmupEpochs) / (epochs - warmupEpochs)),
      );
    }
    case 'oneCycle': {
      // Smith, Topin 2018, with cosine annealing both ways as in PyTorch's OneCycleLR.
      const maxLr = options.maxLr ?? learningRate;
      const first = maxLr / options.divFactor;
      const last = first / options.finalDivFactor;
      const peak = options.warmupFraction * epochs;
      return stateless((progress) =>
        progress < peak
          ? maxLr + (first - maxLr) * halfCosine(progress / peak)
          : last + (maxLr - last) * halfCosine((progress - peak) / (epochs - peak)),
      );
    }
  }
}
