import { describeError, type OnProgress } from '@glyphlab/core';
import { MlflowError } from '@glyphlab/mlflow-client';
import { DrainLoop } from '../drain/drain-loop.ts';
import type { RefusedThing } from '../drain/refused.ts';
import { RunDrain } from '../drain/run-drain.ts';
import { endCutOff } from '../run/ended-run.ts';
import { listRunDirectories } from '../run/run-directory.ts';
import { RunLock } from '../run/run-lock.ts';
import { findServer } from '../server/find-server.ts';
import { planServer, type ServerChoice, type ServerPlan } from '../server/server-choice.ts';
import { identityAt, type TrackingServer } from '../server/tracking-server.ts';
import { lookAtRun, type RunOutlook } from './run-outlook.ts';

export interface SyncOptions {
  runsDir: string;
  /** Directories of the runs to send. Default: all in `runsDir` but those that are to stay on this machine. */
  runs?: readonly string[];
  /** For the private server's `.mlflow`. */
  workspaceDir: string;
  /**
   * `auto` unless given: then a run that is meant for a server, or has begun there, goes there. One that is given gets every
   * run, whatever other servers have.
   */
  server?: ServerChoice;
  /** Sends again what servers have refused. */
  retryRefused?: boolean;
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
   * `waiting`: the server could not take it. `untracked`: it is to stay on this machine, and was not asked for. `damaged`: the journal does not begin with its run.
   */
  state: 'sent' | 'complete' | 'in-use' | 'waiting' | 'untracked' | 'damaged';
  /** Lines of the journal that went out in this call, and that still wait. */
  sent: number;
  waiting: number;
  /** What the server did not take, and does not have. */
  refused: readonly RefusedThing[];
  url?: string;
  /** The command that shows the page, if its server is the workspace's own. */
  openWith?: string;
  error?: string;
}

/** How long a server may fail or be silent before the first thing is sent. */
const PATIENCE_MS = 3_000;

/** See `syncRuns` of `../sync.ts`. */
export async function syncRuns(options: SyncOptions): Promise<SyncedRun[]> {
  const plan = planServer(options.server ?? 'auto');
  const asked =
    options.server !== 'auto' && options.server !== undefined && plan.kind === 'url' ? identityAt(plan.url) : undefined;
  const directories = options.runs ?? listRunDirectories(options.runsDir);
  const outlooks = await Promise.all(directories.map((directory) => lookAtRun(directory, asked)));
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

function describe({ directory, beginning, page, refused }: RunOutlook): Omit<SyncedRun, 'state'> {
  const { uuid = '?', name = '?', experiment = '?' } = beginning ?? {};
  return { directory, uuid, name, experiment, sent: 0, waiting: 0, refused, ...page };
}

async function syncRun(
  outlook: RunOutlook,
  plan: ServerPlan,
  pool: ServerPool,
  options: SyncOptions,
): Promise<Outcome> {
  const { directory, beginning, isSent, isUntracked, serverUrl } = outlook;
  if (!beginning) return { state: 'damaged' };
  if (isUntracked && options.runs === undefined) return { state: 'untracked' };
  if (isSent && !(options.retryRefused && outlook.refused.length > 0)) return { state: 'complete' };
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
  let isComplete = await loop.run();
  signal?.removeEventListener('abort', stop);
  if (isComplete && options.retryRefused) {
    const isAborted = signal ?? new AbortController().signal;
    await drain
      .retryRefused(isAborted, () => undefined)
      .catch((reason: unknown) => {
        isComplete = false;
        error = reason;
      });
  }
  const reason = error === undefined ? 'Broken off.' : describeError(error);
  // What is wrong with the server, and not with this run, would keep every other run waiting as well.
  if (!isComplete && error instanceof MlflowError) await pool.giveUp(server, reason);
  return {
    state: isComplete ? 'sent' : 'waiting',
    sent: drain.delivered - before,
    waiting: lines - drain.delivered,
    refused: drain.refused,
    ...(drain.url !== undefined && { url: drain.url }),
    ...(server.openWith !== undefined && { openWith: server.openWith }),
    ...(!isComplete && { error: reason }),
  };
}

type Found = { server: TrackingServer } | { error: string };

/** The servers that runs go to, each looked for once, and given up once it does not answer: it would keep every run waiting. */
class ServerPool {
  readonly #workspaceDir: string;
  readonly #onMessage: (text: string) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #found = new Map<string, Found>();

  constructor(workspaceDir: string, onMessage: (text: string) => void, signal: AbortSignal | undefined) {
    this.#workspaceDir = workspaceDir;
    this.#onMessage = onMessage;
    this.#signal = signal;
  }

  async get(plan: ServerPlan): Promise<Found> {
    const key = plan.kind === 'url' ? plan.url : plan.kind;
    let found = this.#found.get(key);
    if (!found) {
      const server = await findServer({ server: plan, workspaceDir: this.#workspaceDir }, this.#onMessage, {
        signal: this.#signal,
      });
      found = server ? { server } : { error: 'There is no server to send it to.' };
      this.#found.set(key, found);
    }
    return found;
  }

  async giveUp(server: TrackingServer, error: string): Promise<void> {
    for (const [key, found] of this.#found)
      if ('server' in found && found.server === server) this.#found.set(key, { error });
    await server.stop();
  }

  async stop(): Promise<void> {
    for (const found of this.#found.values()) if ('server' in found) await found.server.stop();
  }
}
