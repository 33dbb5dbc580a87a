import type { ServerPlan } from '../server-choice.ts';

/** What the training thread hands its worker at the start. */
export interface WorkerSetup {
  directory: string;
  workspaceDir: string;
  server: ServerPlan;
  lockPath: string;
  /** Undefined if the machine is not to be measured. */
  sampleEveryMs: number | undefined;
}

/** How far the worker is. */
export interface DrainStatus {
  /** Lines of the journal that the server has. */
  delivered: number;
  url?: string;
  openWith?: string;
  lastError?: string;
}

/** `look`: enough was written for a request. */
export type ToWorker = { type: 'finish' } | { type: 'look' };

export type FromWorker =
  { type: 'status'; status: DrainStatus } | { type: 'message'; text: string } | { type: 'finished'; complete: boolean };
