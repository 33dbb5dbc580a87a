import type { EndStatus } from './entries.ts';

/** What is known of a run, whether its journal or MLflow says it. */
export interface RunRecord {
  /** Ours; the same in journal and MLflow. */
  uuid: string;
  name: string;
  /** MLflow experiment. */
  experiment: string;
  /** UUID of the run that it is a part of. */
  parent: string | undefined;
  /** True if it is to stay on this machine. */
  isUntracked?: boolean;
  /** RUNNING also where its process is gone without a word. */
  status: 'RUNNING' | EndStatus;
  /** Milliseconds since 1970. */
  startedMs: number;
  /** When it last said something. */
  lastMs: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Metrics of each epoch that came to its end, which is where `val/accuracy` is logged; epochs count from 1. */
  epochs: Map<number, Record<string, number>>;
  /** When each of these epochs ended, milliseconds since 1970. */
  epochEndsMs: Map<number, number>;
  /** Latest value of each metric, the model's on the test images among them. */
  metrics: Record<string, number>;
  datasets: DatasetPart[];
}

export interface DatasetPart {
  /** Names its images and labels; missing where only what MLflow lists was read. */
  digest?: string;
  name: string;
  context: string;
  numImages: number | undefined;
}

/** Epochs that came to their end. */
export const epochsDone = ({ epochs }: Pick<RunRecord, 'epochs'>): number => Math.max(0, ...epochs.keys());

/** Seconds of training and validation, of all its processes; NaN if unknown. */
export function trainingSeconds({ epochs, metrics }: Pick<RunRecord, 'epochs' | 'metrics'>): number {
  const perEpoch = [...epochs.values()].map((epoch) => epoch['epoch_seconds']);
  const isWhole = perEpoch.length > 0 && perEpoch.every((seconds) => seconds !== undefined);
  return isWhole ? perEpoch.reduce((sum, seconds) => sum + seconds!, 0) : (metrics['training_seconds'] ?? NaN);
}

/** A dataset record of the journal or of MLflow. */
export function datasetPart(name: string, context: string, profile: string | undefined): DatasetPart {
  try {
    const { num_images: numImages } = JSON.parse(profile ?? '{}') as { num_images?: unknown };
    return { name, context, numImages: typeof numImages === 'number' ? numImages : undefined };
  } catch {
    return { name, context, numImages: undefined };
  }
}
