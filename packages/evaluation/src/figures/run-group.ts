/** What was logged at the end of one epoch, under the names training logs: `train/loss`, `val/accuracy`, `lr`. */
export interface EpochMetrics {
  /** Counted from 1. */
  epoch: number;
  /** NaN and ±Infinity are left out of the curve and named below the title. */
  metrics: Readonly<Record<string, number>>;
}

/** Runs of one setting, which differ in the seed only. */
export interface RunGroup {
  name: string;
  runs: readonly ExperimentRun[];
}

export interface ExperimentRun {
  history: readonly EpochMetrics[];
  /** The result to compare, 0–1, as test accuracy; NaN if the run has none. */
  score: number;
}

/** NaN if there are none. */
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
