import { epochsDone, type RunRecord, trainingSeconds } from '../journal/run-record.ts';

/** What a list says of a run: all but the course of its metrics. */
export interface RunOverview {
  uuid: string;
  name: string;
  /** MLflow experiment. */
  experiment: string;
  /** Of the run that it is a part of: UUID or MLflow id. */
  parent: string | undefined;
  /** As in a {@link RunRecord}; RUNNING also where its process is gone without a word. */
  status: RunRecord['status'];
  startedMs: number;
  lastMs: number;
  /** True if it was made with --no-tracking: it is sent only if it is asked for by name. */
  isUntracked: boolean;
  /** Epochs that came to their end. */
  epochs: number;
  /** The one whose weights count, from 1; 0 if there is none yet. */
  bestEpoch: number;
  /** Of training with validation; NaN if unknown. */
  seconds: number;
  params: Readonly<Record<string, string>>;
  /** Without what only MLflow's page reads; long ones are cut. */
  tags: Readonly<Record<string, string>>;
  /** Those of the best epoch, else the latest. */
  metrics: Readonly<Record<string, number>>;
}

/** An overview, and where the run is. */
export interface FoundRun extends RunOverview {
  /** On this disk; undefined if only MLflow has it. */
  directory: string | undefined;
  /** Name of the set that it is a member of, or the run of. */
  set?: string;
  /** Undefined unless MLflow was asked and has it. */
  mlflow: { runId: string; url: string } | undefined;
}

/** Tags that no list shows: tables and notes, which are long. */
const isLeftOut = (key: string): boolean => key === 'mlflow.loggedArtifacts' || key === 'mlflow.note.content';
const MAX_TAG = 300;

export function overviewOf(record: RunRecord): RunOverview {
  const { uuid, name, experiment, parent, status, startedMs, lastMs, params, tags, epochs, metrics } = record;
  const bestEpoch = bestEpochOf(record);
  return {
    uuid,
    name,
    experiment,
    parent,
    status,
    startedMs,
    lastMs,
    isUntracked: record.isUntracked ?? false,
    epochs: epochsDone(record),
    bestEpoch,
    seconds: trainingSeconds(record),
    params,
    tags: Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => (isLeftOut(key) ? [] : [[key, value.slice(0, MAX_TAG)]])),
    ),
    metrics: { ...metrics, ...epochs.get(bestEpoch) },
  };
}

/**
 * The epoch whose weights are evaluated and saved, as far as it is known: from what the run said at its end, else from the metric
 * that its configuration watches. 0 if there is none yet.
 */
export function bestEpochOf({ epochs, metrics, params }: Pick<RunRecord, 'epochs' | 'metrics' | 'params'>): number {
  const said = metrics['best_epoch'];
  if (said !== undefined) return said;
  const monitor = params['training.checkpoint.monitor'] ?? 'val/loss';
  const sign = (params['training.checkpoint.mode'] ?? 'min') === 'max' ? 1 : -1;
  let [best, bestValue] = [0, -Infinity];
  for (const [epoch, values] of epochs) {
    const value = sign * (values[monitor] ?? NaN);
    if (value > bestValue) [best, bestValue] = [epoch, value];
  }
  return best;
}
