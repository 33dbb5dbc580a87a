import type { z } from 'zod';
import type { Kind, MonitorMode } from './kind.ts';

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

/** Class numbers from 0: bytes where 256 classes are enough. */
export type Labels = Uint8Array | Uint16Array | Int32Array;

/** What a network says of the images of a split. */
export interface Predictions {
  /** Class numbers from 0, [size]. */
  labels: Labels;
  /** 0–1 and of sum 1 for each image, [size, classes], row by row. */
  probabilities: Float32Array;
  /** In the order of the network's outputs. */
  classNames: readonly string[];
}

/**
 * What a figure of the test images is logged as. MLflow's page has a group of charts for everything with the same words before a slash, by
 * the alphabet, and what has none last: so the single points of the test come after the curves of train and val.
 */
export const testMetric = (name: string): string => `test_${name}`;

/** The name that a metric has now: before November 2026 it was `test/accuracy`. */
export const presentMetric = (key: string): string =>
  key.startsWith('test/') ? testMetric(key.slice('test/'.length)) : key;

/** A figure that tells how good predictions are. */
export interface Metric {
  /** Without the split: `macro_f1` is logged as `val/macro_f1` and `test_macro_f1`: see {@link testMetric}. */
  name: string;
  measure(predictions: Predictions): number;
}

/**
 * A kind of metric, as configurations name it in `evaluation.metrics: [{ type }]`: `load` gives what measures. Name and direction
 * are known without it, since they decide what may be watched.
 */
export interface MetricKind<Options extends z.ZodObject = z.ZodObject> extends Kind<Metric['measure'], void, Options> {
  /** As {@link Metric.name}. */
  name: string;
  better: MonitorMode;
}
