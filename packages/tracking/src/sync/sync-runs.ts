import { describeError, type OnProgress } from '@glyphlab/core';
import { MlflowError } from '@glyphlab/mlflow-client';
import { DrainLoop } from '../drain/drain-loop.ts';
import { RunDrain } from '../drain/run-drain.ts';
import { listRunDirectories } from '../run/run-directory.ts';
import { RunLock } from '../run/run-lock.ts';
import { planServer, type ServerChoice, type ServerPlan } from '../server/server-choice.ts';
import type { TrackingServer } from '../server/tracking-server.ts';
import { endCutOff } from '../run/ended-run.ts';
import { lookAtRun, type RunOutlook } from './run-outlook.ts';
import { ServerPool } from '../server/server-pool.ts';

export interface SyncOptions {
  runsDir: string;
  /** Directories of the runs to send. Default: all in `runsDir`. */
  runs?: readonly string[];
  /** For the private server's `.mlflow`. */
  workspaceDir: string;
  /** `auto` unless given: then a run that is meant for a server, or has begun there, goes there. */
  server?: ServerChoice;
  /** In bytes of the journal of the run that is being sent. */
  onProgress?: OnProgress;
  onMessage?: (text: string) => void;
  /** Breaks off; what was sent is noted. */
  signal?: AbortSignal;
}

export interface SyncedRun {
  directory: string;
  /** `?` if the journal is damaged. */
  uuid: string;
  name: string;
  experiment: string;
  /**
   * `sent`: the server has all of it now. `complete`: it had before. `in-use`: a process is training or sending it.
   * `waiting`: the server could not take it. `damaged`: the journal does not begin with its run.
   */
  state: 'sent' | 'complete' | 'in-use' | 'waiting' | 'damaged';
  /** Lines of the journal that went out in this call, and that still wait. */
  sent: number;
  waiting: number;
  url?: string;
  error?: string;
}

/** How long a server may fail or be silent before the first thing is sent. */
const PATIENCE_MS = 3_000;

/** See `syncRuns` of `../sync.ts`. */
export async function syncRuns(options: SyncOptions): Promise<SyncedRun[]> {
  const plan = planServer(options.server ?? 'auto');
  const outlooks = await Promise.all((options.runs ?? listRunDirectories(options.runsDir)).map(lookAtRun));
  outlooks.sort((a, b) => (a.beginning?.time ?? 0) - (b.beginning?.time ?? 0));
  const pool = new ServerPool(options.workspaceDir, options.onMessage ?? (() => undefined), options.signal);
  const synced: SyncedRun[] = [];
  try {
    for (const outlook of outlooks)
      synced.push({ ...describe(outlook), ...(await syncRun(outlook, plan, pool, options)) });
  } finally {
    await pool.stop();
  }
  return synced;
}

type Outcome = Pick<SyncedRun, 'state'> & Partial<SyncedRun>;

function describe({ directory, beginning, url }: RunOutlook): Omit<SyncedRun, 'state'> {
  const { uuid = '?', name = '?', experiment = '?' } = beginning ?? {};
  return { directory, uuid, name, experiment, sent: 0, waiting: 0, ...(url !== undefined && { url }) };
}

async function syncRun(
  outlook: RunOutlook,
  plan: ServerPlan,
  pool: ServerPool,
  options: SyncOptions,
): Promise<Outcome> {
  const { directory, beginning, isSent, serverUrl } = outlook;
  if (!beginning) return { state: 'damaged' };
  if (isSent) return { state: 'complete' };
  const taken = RunLock.take(directory, 'sync');
  if ('holder' in taken) return { state: 'in-use' };
  try {
    const lines = await endCutOff(directory, options.onMessage ?? (() => undefined));
    const found = await pool.get(
      plan.kind === 'find' && serverUrl !== undefined ? { kind: 'url', url: serverUrl } : plan,
    );
    if ('error' in found) return { state: 'waiting', waiting: lines, error: found.error };
    return await sendRun(directory, beginning.name, lines, found.server, pool, options);
  } finally {
    taken.lock.release();
  }
}

async function sendRun(
  directory: string,
  name: string,
  lines: number,
  server: TrackingServer,
  pool: ServerPool,
  options: SyncOptions,
): Promise<Outcome> {
  const { onProgress, onMessage = () => undefined, signal } = options;
  const drain = new RunDrain({ directory, server, onMessage });
  const before = drain.delivered;
  const total = drain.deliveredBytes + (await drain.waitingBytes());
  let error: unknown;
  const loop = new DrainLoop(drain, (latest) => {
    error = latest;
    onProgress?.({ label: `Sending ${name}`, done: drain.deliveredBytes, total, unit: 'bytes' });
  });
  const stop = (): void => loop.stop();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  loop.finish(PATIENCE_MS);
  const isComplete = await loop.run();
  signal?.removeEventListener('abort', stop);
  const reason = error === undefined ? 'Broken off.' : describeError(error);
  // What is wrong with the server, and not with this run, would keep every other run waiting as well.
  if (!isComplete && error instanceof MlflowError) await pool.giveUp(server, reason);
  return {
    state: isComplete ? 'sent' : 'waiting',
    sent: drain.delivered - before,
    waiting: lines - drain.delivered,
    ...(drain.url !== undefined && { url: drain.url }),
    ...(!isComplete && { error: reason }),
  };
}
