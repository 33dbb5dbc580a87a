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

/** A dataset record of the journal or of MLflow. */
export function datasetPart(name: string, context: string, profile: string | undefined): DatasetPart {
  try {
    const { num_images: numImages } = JSON.parse(profile ?? '{}') as { num_images?: unknown };
    return { name, context, numImages: typeof numImages === 'number' ? numImages : undefined };
  } catch {
    return { name, context, numImages: undefined };
  }
}
