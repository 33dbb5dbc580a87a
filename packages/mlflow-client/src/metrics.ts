import type { MetricPoint } from '@glyphlab/core';
import type { WireMetric } from './api/wire.ts';

/** A point to log: `value` may be NaN or infinite, `step` and `timestampMs` are whole numbers. */
export interface MetricInput extends MetricPoint {
  /** The logged model it measures. */
  modelId?: string;
  /** The dataset it was measured on, as logged with `logInputs`. */
  datasetName?: string;
  datasetDigest?: string;
}

/** A point as the server holds it. */
export type LoggedMetric = MetricInput;

export const toLoggedMetric = (wire: WireMetric): LoggedMetric => ({
  key: wire.key,
  value: Number(wire.value ?? 0),
  step: wire.step ?? 0,
  timestampMs: wire.timestamp ?? 0,
  ...(wire.model_id && { modelId: wire.model_id }),
  ...(wire.dataset_name && { datasetName: wire.dataset_name }),
  ...(wire.dataset_digest && { datasetDigest: wire.dataset_digest }),
});
