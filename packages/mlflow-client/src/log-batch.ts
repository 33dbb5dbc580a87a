import { InputError } from '@glyphlab/core';
import type { CallOptions } from './api/caller.ts';
import type { WireMetric, Tags } from './api/wire.ts';
import { checkKey, checkParams, checkTags, limits } from './limits.ts';
import type { MetricInput } from './metrics.ts';

/** What is logged to a run in one go. */
export interface Batch {
  metrics?: readonly MetricInput[];
  params?: Tags;
  tags?: Tags;
}

/** Sends a body for log-batch that is already JSON. */
export interface LogBatch {
  sendBatch(body: string, options?: CallOptions): Promise<void>;
}

/** Sends a batch in parts that the server takes, params and tags first. */
export async function logBatch(sender: LogBatch, runId: string, batch: Batch, options?: CallOptions): Promise<void> {
  checkParams(batch.params ?? {});
  checkTags(batch.tags ?? {});
  // All are written out before the first is sent: a point that cannot be sent stops the batch while nothing of it is stored.
  const bodies = splitBatch(batch).map((part) => serialiseBatch(runId, part));
  for (const body of bodies) await sender.sendBatch(body, options);
}

type Entries = [string, string][];

/** A part that fits into one request. */
export interface BatchPart {
  metrics: readonly MetricInput[];
  params: Entries;
  tags: Entries;
}

/** Parts within the limits for each kind and for all together, in order; none for an empty batch. */
export function splitBatch({ metrics = [], params = {}, tags = {} }: Batch): BatchPart[] {
  const paramEntries = Object.entries(params);
  const tagEntries = Object.entries(tags);
  const parts: BatchPart[] = [];
  let [p, t, m] = [0, 0, 0];
  while (p < paramEntries.length || t < tagEntries.length || m < metrics.length) {
    const partParams = paramEntries.slice(p, p + limits.batch.params);
    const partTags = tagEntries.slice(t, t + limits.batch.tags);
    const room = Math.min(limits.batch.metrics, limits.batch.total - partParams.length - partTags.length);
    const partMetrics = metrics.slice(m, m + room);
    parts.push({ params: partParams, tags: partTags, metrics: partMetrics });
    p += partParams.length;
    t += partTags.length;
    m += partMetrics.length;
  }
  return parts;
}

/**
 * The body of a log-batch request. Every point is checked: one that MLflow cannot read silently costs all later points of the
 * batch, and it reads NaN and infinity as text only.
 *
 * @throws InputError MLFLOW_BAD_KEY, MLFLOW_BAD_POINT
 */
function serialiseBatch(runId: string, { metrics, params, tags }: BatchPart): string {
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
  if (typeof value !== 'number') throw badPoint(point, `its value is not a number: ${String(value)}`);
  if (!Number.isSafeInteger(step)) throw badPoint(point, `its step is not a whole number: ${String(step)}`);
  if (!Number.isSafeInteger(timestampMs))
    throw badPoint(point, `its time is not a whole number: ${String(timestampMs)}`);
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
