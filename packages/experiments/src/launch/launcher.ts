/** What is to run, once, under a key. */
export interface Job {
  /** The same job has the same key in every session, so that it is found again. */
  key: string;
  /** Program and arguments. */
  command: readonly string[];
  /** Gets what it prints. */
  logFile: string;
}

/** A job that may have been launched before. */
export type KnownJob = Omit<Job, 'command'>;

export interface JobEnd {
  /** Undefined if a signal ended it, or if another session started it: then its run alone tells how it went. */
  exitCode?: number;
  /** The signal that ended it, if it was one. */
  signal?: NodeJS.Signals;
  /** Why it could not be started or watched. */
  error?: unknown;
}

export interface LaunchedJob {
  /** As `pid 4711`, for a person. */
  readonly description: string;
  /** Never rejects. */
  readonly ended: Promise<JobEnd>;
  /** Asks it to end in order; a second time, to leave at once. */
  stop(): void;
  /** Ends it without asking. */
  kill(): void;
}

/** Where members run: on this machine, or wherever else jobs can be started, found again and stopped by a key. */
export interface Launcher {
  launch(job: Job): Promise<LaunchedJob>;
  /** The job of this key that an earlier session started and that still runs, or ended while nobody watched. */
  find(job: KnownJob): Promise<LaunchedJob | undefined>;
  /** What the latest job of this key prints, from its beginning to its end or the signal. */
  follow(job: KnownJob, signal: AbortSignal): AsyncIterable<string>;
}
