import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describeError, GlyphlabError, InputError } from '@glyphlab/core';
import type { Run } from '@glyphlab/mlflow-client';
import { readRun } from '../journal/run-follower.ts';
import type { RunRecord } from '../journal/run-record.ts';
import { artifactFile, findRunDirectory, listRunDirectories, mayBeId } from '../run/run-directory.ts';
import { planServer } from '../server/server-choice.ts';
import { SET_TAG } from '../run/tags.ts';
import type { TrackingServer } from '../server/tracking-server.ts';
import { readOverviews } from './overview-index.ts';
import { type FoundRun, overviewOf, type RunOverview } from './run-overview.ts';

export interface RunReaderOptions {
  /** Holds one directory a run. */
  runsDir: string;
  /** For the private server's `.mlflow`. */
  workspaceDir: string;
  /** Ask no server. */
  offline?: boolean;
  onMessage?: (text: string) => void;
}

/** How long a list waits for a server: what is on this disk is there at once. */
const PATIENCE_MS = 10_000;

/**
 * Reads runs from their journals on this disk and from MLflow, whichever has more of each. Without a server, or offline, it reads
 * the journals. A server is asked only when it must be: for a list the one that runs anyway, and the private one of the workspace
 * for a run that is not here.
 */
export class RunReader {
  readonly #options: RunReaderOptions;
  #server: Promise<TrackingServer | undefined> | undefined;

  constructor(options: RunReaderOptions) {
    this.#options = options;
  }

  /** Every run, the latest first. */
  async list(): Promise<FoundRun[]> {
    const found = new Map<string, FoundRun>();
    for (const { directory, overview } of readOverviews(this.#options.runsDir)) {
      const { uuid } = overview;
      // A run that a node told of may lie here twice.
      const known = found.get(uuid);
      if (!known || hasMore(overview, known)) found.set(uuid, atHand(overview, directory, undefined));
    }
    for await (const there of this.#listMlflow()) {
      const here = found.get(there.uuid);
      if (!here) found.set(there.uuid, there);
      else {
        here.mlflow = there.mlflow;
        if (hasMore(there, here)) found.set(there.uuid, { ...there, directory: here.directory });
      }
    }
    const runs = [...found.values()].sort((a, b) => b.startedMs - a.startedMs);
    nameSets(runs);
    return runs;
  }

  /**
   * One run by its directory, UUID (or the beginning of it) or MLflow id; `latest` is the one that began last.
   *
   * @throws InputError RUN_NOT_FOUND if neither this disk nor a server has it
   */
  async find(run: string): Promise<FoundRun> {
    const { runsDir } = this.#options;
    if (run === 'latest') return this.#latest();
    let missing: unknown;
    try {
      const directory = findRunDirectory(runsDir, run);
      const record = readRun(directory);
      if (record) return atHand(overviewOf(record), directory, undefined);
      throw new InputError('RUN_DAMAGED', 'The journal does not begin with its run.', { where: directory });
    } catch (error) {
      if (!(error instanceof GlyphlabError && error.code === 'RUN_NOT_FOUND')) throw error;
      missing = error;
    }
    const found = mayBeId(run) ? await this.#findInMlflow(run) : undefined;
    if (!found) throw missing;
    return found;
  }

  /** The run with the course of its metrics, from where there is more of it. */
  async record(run: FoundRun): Promise<RunRecord> {
    const here = run.directory === undefined ? undefined : readRun(run.directory);
    if (here && (run.mlflow === undefined || !hasMore(run, overviewOf(here)))) return here;
    const server = await this.#connect();
    if (run.mlflow === undefined || !server) {
      if (here) return here;
      throw new InputError('RUN_NOT_FOUND', `The run ${run.uuid} is not on this disk, and there is no server to ask.`);
    }
    const { recordOf } = await import('./mlflow-records.ts');
    return recordOf(server.client, await server.client.runs.get(run.mlflow.runId), run.experiment);
  }

  /** An artifact of the run, from its folder, else from MLflow; undefined if neither has it. */
  async artifact(run: FoundRun, path: string): Promise<Uint8Array | undefined> {
    if (run.directory !== undefined) {
      try {
        return readFileSync(artifactFile(run.directory, path));
      } catch {
        // It may have been pruned here.
      }
    }
    if (run.isUntracked || this.#options.offline) return undefined;
    const there = run.mlflow ?? (run.directory === undefined ? undefined : await this.#noted(run.directory));
    if (!there) return undefined;
    try {
      const server = await this.#connect();
      if (!server) return undefined;
      const { artifactUri } = await server.client.runs.get(there.runId);
      return await server.client.artifacts(artifactUri).download(path);
    } catch {
      return undefined;
    }
  }

  /** Leaves the server, if one was asked. */
  async close(): Promise<void> {
    await (await this.#server)?.stop();
  }

  async #latest(): Promise<FoundRun> {
    const [first] = await this.list();
    if (first) return first;
    throw new InputError('RUN_NOT_FOUND', 'There are no runs yet.', { where: this.#options.runsDir });
  }

  /** What a server that was sent to calls the run of a directory. */
  async #noted(directory: string): Promise<{ runId: string } | undefined> {
    const server = await this.#connect();
    if (!server) return undefined;
    const { mlflowRunId } = await import('../registry/locate-model.ts');
    const runId = await mlflowRunId(directory, server).catch(() => undefined);
    return runId === undefined ? undefined : { runId };
  }

  async *#listMlflow(): AsyncGenerator<FoundRun> {
    const { offline, onMessage = () => undefined } = this.#options;
    // The private server has what was sent from here; starting it takes longer than the list.
    if (offline || (planServer('auto').kind === 'find' && !(await isUsualServerUp()))) return;
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    try {
      const server = await this.#connect();
      if (!server) return;
      const { searchRecords } = await import('./mlflow-records.ts');
      for await (const there of searchRecords(server.client)) {
        deadline.throwIfAborted();
        yield fromMlflow(there, server);
      }
    } catch (error) {
      onMessage(`MLflow could not be read, so the list is of the runs on this disk.\n${describeError(error)}`);
    }
  }

  async #findInMlflow(run: string): Promise<FoundRun | undefined> {
    if (this.#options.offline) return undefined;
    const server = await this.#connect();
    if (!server) return undefined;
    const { searchRecords } = await import('./mlflow-records.ts');
    for await (const there of searchRecords(server.client, run)) {
      const { record } = there;
      const directory = listRunDirectories(this.#options.runsDir).find((path) => basename(path) === record.uuid);
      return { ...fromMlflow(there, server), directory };
    }
    return undefined;
  }

  #connect(): Promise<TrackingServer | undefined> {
    const { workspaceDir, onMessage = () => undefined } = this.#options;
    this.#server ??= import('../server/find-server.ts')
      .then(({ connectServer }) => connectServer(workspaceDir, onMessage))
      .catch((error: unknown) => {
        if (!(error instanceof GlyphlabError && error.code === 'TRACKING_NO_SERVER')) onMessage(describeError(error));
        return undefined;
      });
    return this.#server;
  }
}

/** The same object, whose params, tags and metrics are put together only when they are asked for. */
const atHand = (overview: RunOverview, directory: string, mlflow: FoundRun['mlflow']): FoundRun =>
  Object.assign(overview, { directory, mlflow });

function fromMlflow({ run, record }: { run: Run; record: RunRecord }, { pageOf }: TrackingServer): FoundRun {
  const overview = overviewOf(record);
  const { runId, experimentId, metrics } = run;
  const epochs = Math.max(overview.epochs, metrics['val/accuracy']?.step ?? 0);
  return { ...overview, epochs, directory: undefined, mlflow: { runId, url: pageOf(experimentId, runId) } };
}

/** Notes the set of its run and of its members; only its run has the tag. */
function nameSets(runs: readonly FoundRun[]): void {
  const parents = new Set(runs.flatMap(({ parent }) => parent ?? []));
  const sets = new Map<string, string>();
  for (const run of runs) {
    const set = parents.has(run.uuid) || parents.has(run.mlflow?.runId ?? '') ? run.tags[SET_TAG] : undefined;
    if (set === undefined) continue;
    for (const id of [run.uuid, run.mlflow?.runId]) if (id !== undefined) sets.set(id, set);
  }
  for (const run of runs) {
    const set = sets.get(run.uuid) ?? (run.parent === undefined ? undefined : sets.get(run.parent));
    if (set !== undefined) run.set = set;
  }
}

/** Whether one source has more of a run than the other: its end, more epochs, or something later. */
function hasMore(a: RunOverview, b: RunOverview): boolean {
  const hasEnded = ({ status }: RunOverview): boolean => status !== 'RUNNING';
  if (hasEnded(a) !== hasEnded(b)) return hasEnded(a);
  if (a.epochs !== b.epochs) return a.epochs > b.epochs;
  return Object.keys(a.metrics).length > Object.keys(b.metrics).length;
}

/** Whether something listens where MLflow's own command puts a server; refused at once if not. */
async function isUsualServerUp(): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: 5000, timeout: 300 });
    const end = (isUp: boolean) => () => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
