import { InputError } from '@glyphlab/core';
import type { WireMetric } from './api/wire.ts';
import { checkKey } from './limits.ts';
import type { BatchPart } from './log-batch.ts';
import type { MetricInput } from './metrics.ts';

/**
 * The body of a log-batch request. Every point is checked: one that MLflow cannot read silently costs all later points of the
 * batch, and it reads NaN and infinity as text only.
 *
 * @throws InputError MLFLOW_BAD_KEY, MLFLOW_BAD_POINT
 */
export function serialiseBatch(runId: string, { metrics, params, tags }: BatchPart): string {
  new Set(metrics.map(({ key }) => key)).forEach((key) => checkKey('metric', key));
  const pairs = (entries: readonly [string, string][]) => entries.map(([key, value]) => ({ key, value }));
  return JSON.stringify({
    run_id: runId,
    ...(params.length > 0 && { params: pairs(params) }),
    ...(tags.length > 0 && { tags: pairs(tags) }),
    ...(metrics.length > 0 && { metrics: metrics.map(toWireMetric) }),
  });
}

function toWireMetric(point: MetricInput): WireMetric {
  const { key, value, step, timestampMs, modelId, datasetName, datasetDigest } = point;
  if (typeof value !== 'number') throw badPoint(point, `its value is no number: ${String(value)}`);
  if (!Number.isSafeInteger(step)) throw badPoint(point, `its step is no whole number: ${String(step)}`);
  if (!Number.isSafeInteger(timestampMs)) throw badPoint(point, `its time is no whole number: ${String(timestampMs)}`);
  return {
    key,
    value: Number.isFinite(value) ? value : String(value),
    timestamp: timestampMs,
    step,
    // What is undefined is left out of JSON; all points of one shape are written fastest.
    model_id: modelId,
    dataset_name: datasetName,
    dataset_digest: datasetDigest,
  };
}

const badPoint = ({ key }: MetricInput, problem: string) =>
  new InputError('MLFLOW_BAD_POINT', `A point of "${key}" cannot be logged: ${problem}.`);
