/** How a run can end, in MLflow's words. */
export type EndStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/** JSON has no NaN and no Infinity: they are written as these words, as MLflow takes them. */
export type MetricValue = number | 'NaN' | 'Infinity' | '-Infinity';

export type DatasetContext = 'train' | 'val' | 'test';

/** A dataset as MLflow's dataset record carries it. */
export interface DatasetRecord {
  name: string;
  /** At most 36 characters; train, val and test of one dataset need different ones. */
  digest: string;
  context: DatasetContext;
  /** Where it came from, as JSON or text. */
  source: string;
  /** As `http`, `local`, `code`. */
  sourceType: string;
  /** JSON text: columns or tensors. */
  schema?: string;
  /** JSON text: sizes and counts. */
  profile?: string;
}

interface ModelRecord {
  /** Ours, a UUID: the logged model is found by it again. Its files lie in `models/<id>/`. */
  id: string;
  name: string;
  step: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: Record<string, MetricValue>;
  /** What the metrics were measured on. */
  dataset?: { name: string; digest: string };
}

/** What one line of a journal says. `time` is when it was said, in milliseconds since 1970. */
export type JournalEntry = { time: number } & (
  | {
      type: 'run';
      uuid: string;
      experiment: string;
      name: string;
      /** Address that it is meant for; null if that is to be found out. */
      server: string | null;
      parent?: string;
      /** True if it is to stay on this machine: it is sent only if it is asked for. */
      untracked?: boolean;
    }
  /** The run goes on in another process. */
  | { type: 'resumed' }
  | { type: 'metrics'; step: number; values: Record<string, MetricValue> }
  | { type: 'params'; values: Record<string, string> }
  | { type: 'tags'; values: Record<string, string> }
  | ({ type: 'dataset' } & DatasetRecord)
  /** The copy lies in `artifacts/<path>` of the run's directory. */
  | { type: 'artifact'; path: string; bytes: number }
  | ({ type: 'model' } & ModelRecord)
  /** `model`, one of the run by our id, becomes a version of the registered model `name`. */
  | { type: 'register'; model: string; name: string; alias?: string }
  | { type: 'ended'; status: EndStatus }
);

export type EntryOf<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

/** With the alias: the tag of a version of a registered model that says when it got the alias last. */
export const ALIAS_TAG = 'glyphlab.alias.';

/** The value as a line of the journal holds it. */
export function toMetricValue(value: number): MetricValue {
  return Number.isFinite(value) ? value : (String(value) as MetricValue);
}

/** The value as JavaScript knows it. */
export const fromMetricValue = (value: MetricValue): number => Number(value);
