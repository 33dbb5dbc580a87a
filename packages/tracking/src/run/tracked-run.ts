import type { MetricSink } from '@glyphlab/core';
import type { RefusedThing } from '../drain/refused.ts';
import type { DatasetRecord, EndStatus } from '../journal/entries.ts';

export type ParamValue = string | number | boolean;

/** Rows as the MLflow page shows them. */
export interface Table {
  columns: readonly string[];
  data: readonly (readonly (string | number | boolean | null)[])[];
}

export interface ModelToLog {
  /** Holds the files, `MLmodel` among them. It is copied. */
  directory: string;
  /** As it stands in `runs:/<id>/<name>`. */
  name: string;
  /** Epoch that the weights are from. */
  step?: number;
  params?: Record<string, ParamValue>;
  tags?: Record<string, string>;
  /** Measured with this model. They become points of the run as well, so do not log them there a second time. */
  metrics?: Record<string, number>;
  /** What they were measured on, as it was given to `logDataset`. */
  dataset?: { name: string; digest: string };
  /** Makes it a version of a registered model, which is made if need be, and points the alias at it. */
  register?: { name: string; alias?: string | undefined };
}

export interface DeliveryStatus {
  /** Lines of the journal that MLflow does not have yet. */
  waiting: number;
  delivered: number;
  /** Page of the run, once MLflow has it. */
  url?: string;
  /** What the last attempt to send failed with, if it failed. */
  lastError?: string;
}

export interface RunEnd {
  /** False if it was to stay on this machine. */
  isTracked: boolean;
  /** True if MLflow has everything that it takes. */
  delivered: boolean;
  waiting: number;
  /** What it did not take: too large, or stored where this client cannot write. `syncRuns` sends it again if it is told to. */
  refused: readonly RefusedThing[];
  /** Why it does not have all. */
  error?: string;
  url?: string;
  /** The command that shows the page, if its server was private to the run and has ended with it. */
  openWith?: string;
}

/**
 * One training run. Everything is written to the run's journal at once and sent to MLflow by another thread; nothing here
 * waits for a server, and nothing throws because of one.
 *
 * @throws InputError from every `log…` for what MLflow could not store: keys with other characters than letters, digits
 *   and `_-. :/`, fractional steps, params over 6000 characters
 */
export interface TrackedRun extends MetricSink {
  readonly uuid: string;
  /** Journal, copies of the artifacts, and room for checkpoints. */
  readonly directory: string;
  /** Values may be NaN or ±Infinity; `step` is a whole number. In a resumed run, points that it has already are left out. */
  logMetrics(metrics: Readonly<Record<string, number>>, step: number): void;
  logParams(params: Readonly<Record<string, ParamValue>>): void;
  setTags(tags: Readonly<Record<string, string>>): void;
  logDataset(dataset: DatasetRecord): void;
  /** Copies a file, or a directory with all in it. */
  logArtifact(localPath: string, artifactPath: string): void;
  logBytes(bytes: Uint8Array | string, artifactPath: string): void;
  /** An image of a panel that has a slider over `step`. Without a thumbnail the image stands for it. */
  logImage(key: string, step: number, png: Uint8Array, thumbnailPng?: Uint8Array): void;
  /** `path` ends in `.json`. */
  logTable(path: string, table: Table): void;
  logModel(model: ModelToLog): void;
  /** Waits until what was logged is on the disk. For the end of an epoch. */
  flush(): Promise<void>;
  status(): DeliveryStatus;
  /**
   * Writes how the run is about to end into its journal, and has it sent, while what belongs to its end is still being made:
   * a process that is killed before it comes to `end` leaves the right status. Logging goes on, and `end` may say otherwise.
   */
  announceEnd(status: EndStatus): void;
  /**
   * Writes the status at once, then waits for the rest to be sent: for as long as it moves, and only seconds where the
   * server is known to be down.
   *
   * @param error goes into the tag `glyphlab.error`
   */
  end(status: EndStatus, error?: unknown): Promise<RunEnd>;
  /** Leaves at once, as KILLED if the run has not ended; the journal keeps what was not sent. For a second Ctrl-C. */
  abandon(): void;
}
