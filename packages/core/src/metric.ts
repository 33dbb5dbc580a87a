/** One logged value. `key` as `train/loss`; `step` is the epoch, counted from 1, unless the key says otherwise. */
export interface MetricPoint {
  key: string;
  /** May be NaN or ±Infinity. */
  value: number;
  step: number;
  /** When it was logged, milliseconds since 1970. */
  timestampMs: number;
}

/** Where training writes its numbers. It never waits: implementations queue. */
export interface MetricSink {
  /** All at one step, with one time. */
  logMetrics(metrics: Readonly<Record<string, number>>, step: number): void;
}
