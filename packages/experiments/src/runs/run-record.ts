import type { EndStatus } from '@glyphlab/tracking';

/** Tag of a run: why its search stopped it. */
export const STOPPED_TAG = 'glyphlab.stoppedEarly';

/** What is known of a run, whether its journal or MLflow says it. */
export interface RunRecord {
  /** Ours; the same in journal and MLflow. */
  uuid: string;
  name: string;
  /** UUID of the run that it is a part of. */
  parent: string | undefined;
  /** RUNNING also where its process is gone without a word. */
  status: 'RUNNING' | EndStatus;
  startedMs: number;
  /** When it last said something. */
  lastMs: number;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Metrics of each epoch that came to its end; epochs count from 1. */
  epochs: Map<number, Record<string, number>>;
  /** When each of these epochs ended, milliseconds since 1970. */
  epochEndsMs: Map<number, number>;
  /** Latest value of each metric, the model's on the test images among them. */
  metrics: Record<string, number>;
  datasets: DatasetPart[];
}

export interface DatasetPart {
  name: string;
  context: string;
  numImages: number | undefined;
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

/** Epochs that came to their end. */
export const epochsDone = ({ epochs }: RunRecord): number => Math.max(0, ...epochs.keys());

/** Epochs of several runs together: what was lost and trained again counts twice. */
export const epochsTrained = (records: readonly RunRecord[]): number =>
  records.reduce((sum, { epochs }) => sum + epochs.size, 0);

/** Seconds of training and validation, of all its processes. */
export function trainingSeconds({ epochs, metrics }: RunRecord): number {
  const perEpoch = [...epochs.values()].map((epoch) => epoch['epoch_seconds']);
  const isWhole = perEpoch.length > 0 && perEpoch.every((seconds) => seconds !== undefined);
  return isWhole ? perEpoch.reduce((sum, seconds) => sum + seconds!, 0) : (metrics['training_seconds'] ?? NaN);
}

/** Whether training ended because its loss was no longer finite. */
export const isDiverged = ({ status, tags }: RunRecord): boolean =>
  status === 'FAILED' && tags['glyphlab.stopped'] === 'lossNotFinite';
