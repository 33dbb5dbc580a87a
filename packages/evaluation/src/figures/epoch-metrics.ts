/** What was logged at the end of one epoch, under the names training logs: `train/loss`, `val/accuracy`, `lr`. */
export interface EpochMetrics {
  /** Counted from 1. */
  epoch: number;
  /** NaN and ±Infinity are left out of the curve and named below the title. */
  metrics: Readonly<Record<string, number>>;
}
