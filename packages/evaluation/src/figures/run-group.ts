import type { EpochMetrics } from './epoch-metrics.ts';

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
