import { collect, presentMetric } from '@glyphlab/core';
import type { MlflowClient, Run } from '@glyphlab/mlflow-client';
import { datasetPart, type RunRecord } from '../journal/run-record.ts';
import { PARENT_TAG, PARENT_UUID_TAG, UUID_TAG } from '../run/tags.ts';

/** Metrics whose course is told and drawn; each is a request a run. */
const curves = ['val/accuracy', 'val/loss', 'train/accuracy', 'train/loss', 'lr', 'epoch_seconds'];

/**
 * A run as MLflow holds it.
 *
 * @param experiment name of the experiment that it is filed in
 * @param withEpochs whether the course of its metrics is asked for, too
 */
export async function recordOf(
  client: MlflowClient,
  run: Run,
  experiment: string,
  { withEpochs = true } = {},
): Promise<RunRecord> {
  const { runId, startTimeMs, endTimeMs = startTimeMs, tags, params, datasets } = run;
  const course = withEpochs ? await readEpochs(client, runId) : { epochs: new Map(), epochEndsMs: new Map() };
  return {
    uuid: tags[UUID_TAG] ?? runId,
    name: run.name,
    experiment,
    parent: tags[PARENT_UUID_TAG] ?? tags[PARENT_TAG],
    status: run.status === 'SCHEDULED' ? 'RUNNING' : run.status,
    startedMs: startTimeMs,
    lastMs: endTimeMs,
    params,
    tags,
    ...course,
    metrics: Object.fromEntries(Object.entries(run.metrics).map(([key, { value }]) => [presentMetric(key), value])),
    datasets: datasets.map(({ name, digest, context = '', profile }) => ({
      ...datasetPart(name, context, profile),
      ...(digest !== undefined && { digest }),
    })),
  };
}

/**
 * The runs of ours that a server has, without the course of their metrics.
 *
 * @param which only the run with this MLflow id, or whose UUID begins so
 */
export async function* searchRecords(
  client: MlflowClient,
  which?: string,
): AsyncGenerator<{ run: Run; record: RunRecord }> {
  const begin = which === undefined ? '' : which.replaceAll(/[^0-9a-zA-Z-]/g, '');
  if (which !== undefined && begin !== which) return;
  const names = new Map<string, string>();
  for await (const { experimentId, name } of client.experiments.search()) names.set(experimentId, name);
  const experimentIds = [...names.keys()];
  if (experimentIds.length === 0) return;
  const isRunId = /^[0-9a-f]{32}$/.test(begin);
  const filter = isRunId ? `attributes.run_id = '${begin}'` : `tags.\`${UUID_TAG}\` LIKE '${begin}%'`;
  for await (const run of client.runs.search({ experimentIds, filter }))
    yield { run, record: await recordOf(client, run, names.get(run.experimentId)!, { withEpochs: false }) };
}

async function readEpochs(client: MlflowClient, runId: string): Promise<Pick<RunRecord, 'epochs' | 'epochEndsMs'>> {
  const [epochs, epochEndsMs]: [RunRecord['epochs'], RunRecord['epochEndsMs']] = [new Map(), new Map()];
  const histories = await Promise.all(curves.map((key) => collect(client.runs.metricHistory(runId, key))));
  for (const { key, step, value, timestampMs } of histories.flat()) {
    epochs.set(step, { ...epochs.get(step), [key]: value });
    epochEndsMs.set(step, timestampMs);
  }
  return { epochs, epochEndsMs };
}
