import { type WireRun, fromWireTags } from './api/wire.ts';
import { type DatasetInput, toDatasetInput } from './datasets.ts';
import type { LifecycleStage } from './experiments.ts';
import { type LoggedMetric, toLoggedMetric } from './metrics.ts';

export const runStatuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface Run {
  runId: string;
  experimentId: string;
  name: string;
  status: RunStatus;
  startTimeMs: number;
  /** Undefined while it was never set. */
  endTimeMs: number | undefined;
  /** Root of its artifacts, as `mlflow-artifacts:/1/…/artifacts`. */
  artifactUri: string;
  lifecycleStage: LifecycleStage;
  /** The latest point of each metric. */
  metrics: Record<string, LoggedMetric>;
  params: Record<string, string>;
  tags: Record<string, string>;
  datasets: DatasetInput[];
  /** Logged models it read. */
  modelInputs: string[];
  /** Logged models it made. */
  modelOutputs: { modelId: string; step: number }[];
}

export function toRun({ info, data, inputs, outputs }: WireRun): Run {
  return {
    runId: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name ?? '',
    status: (info.status ?? 'RUNNING') as RunStatus,
    startTimeMs: info.start_time ?? 0,
    endTimeMs: info.end_time,
    artifactUri: info.artifact_uri ?? '',
    lifecycleStage: info.lifecycle_stage === 'deleted' ? 'deleted' : 'active',
    metrics: Object.fromEntries((data?.metrics ?? []).map((metric) => [metric.key, toLoggedMetric(metric)])),
    params: fromWireTags(data?.params),
    tags: fromWireTags(data?.tags),
    datasets: (inputs?.dataset_inputs ?? []).map(toDatasetInput),
    modelInputs: (inputs?.model_inputs ?? []).map(({ model_id }) => model_id),
    modelOutputs: (outputs?.model_outputs ?? []).map(({ model_id, step }) => ({ modelId: model_id, step: step ?? 0 })),
  };
}
