import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '@glyphlab/core';
import type { Job, JobEnd, KnownJob, LaunchedJob, Launcher } from '../launcher.ts';
import { endOf, hasEnded } from './ray-end.ts';
import type { RayClient } from './ray-client.ts';
import type { MemberResources, RayJob } from './ray-types.ts';
import { splitOutput, writeRelayed } from './relay.ts';
import { shellLine } from './shell-line.ts';
import { latestAttempt, submissionId } from './submission-id.ts';

const POLL_MS = 2000;
/** How often the last words of a job that ended are asked for. */
const LAST_WORDS_TRIES = 3;

export interface RayLauncherOptions {
  client: RayClient;
  /** Name of the set. */
  set: string;
  resources: MemberResources;
  /** Of the members' processes. */
  env: Readonly<Record<string, string>>;
  /** Working directory of the members, on storage that all nodes share with this machine. */
  cwd?: string;
  /** Else the members tell of their runs in what they print, and here that is kept, a folder a run. */
  relayDirectory?: string;
  onMessage: (text: string) => void;
  pollMs?: number;
}

interface Watched {
  logFile: string;
  resolve: (end: JobEnd) => void;
}

/** Runs jobs on a Ray cluster. They outlive this process, and the next session finds them. */
export class RayLauncher implements Launcher {
  readonly #options: RayLauncherOptions;
  readonly #watched = new Map<string, Watched>();
  #isPolling = false;

  constructor(options: RayLauncherOptions) {
    this.#options = options;
  }

  async launch({ key, command, logFile }: Job): Promise<LaunchedJob> {
    const { client, set, resources, env, cwd } = this.#options;
    try {
      const { attempt, job } = latestAttempt(await client.jobs(), set, key);
      // Someone else submitted it meanwhile: it is one and the same.
      if (job && !hasEnded(job)) return this.#handle(job.submission_id!, logFile);
      const id = submissionId(set, key, attempt + 1);
      await client.submit({
        entrypoint: shellLine(command, cwd),
        submission_id: id,
        entrypoint_num_cpus: resources.cpus,
        entrypoint_num_gpus: resources.gpus,
        runtime_env: { env_vars: env },
        metadata: { 'glyphlab.set': set, 'glyphlab.member': key },
      });
      return this.#handle(id, logFile);
    } catch (error) {
      const ended = Promise.resolve({ error: describeError(error) });
      return { description: 'not submitted', ended, stop: () => {}, kill: () => {} };
    }
  }

  async find({ key, logFile }: KnownJob): Promise<LaunchedJob | undefined> {
    const { client, set, relayDirectory } = this.#options;
    const { job } = latestAttempt(await client.jobs(), set, key);
    if (!job) return undefined;
    const id = job.submission_id!;
    if (!hasEnded(job)) return this.#handle(id, logFile);
    // It ended while nobody watched. Where its run is not to be seen, what it told is taken over.
    if (relayDirectory === undefined || !(await this.#readOutput(id, logFile))) return undefined;
    return job.status === 'SUCCEEDED' ? { ...this.#control(id), ended: Promise.resolve(endOf(job)) } : undefined;
  }

  /** What the latest attempt at a job prints, from its beginning to its end. */
  async *follow({ key }: KnownJob, signal: AbortSignal): AsyncGenerator<string> {
    const { client, set, pollMs = POLL_MS } = this.#options;
    for (let shown = 0; ;) {
      const { job } = latestAttempt(await client.jobs(), set, key);
      if (!job) return;
      const { text } = splitOutput(await client.logs(job.submission_id!).catch(() => ''));
      if (text.length > shown) yield text.slice(shown);
      shown = Math.max(shown, text.length);
      if (hasEnded(job) || signal.aborted) return;
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #handle(id: string, logFile: string): LaunchedJob {
    const ended = new Promise<JobEnd>((resolve) => this.#watched.set(id, { logFile, resolve }));
    if (!this.#isPolling) void this.#poll();
    return { ...this.#control(id), ended };
  }

  #control(id: string): Omit<LaunchedJob, 'ended'> {
    const { client, onMessage } = this.#options;
    const stop = (): void => void client.stop(id).catch((error: unknown) => onMessage(describeError(error)));
    // Ray itself kills what does not end in time.
    return { description: `Ray job ${id}`, stop, kill: stop };
  }

  async #poll(): Promise<void> {
    const { client, onMessage, pollMs = POLL_MS } = this.#options;
    this.#isPolling = true;
    for (let isAway = false; this.#watched.size > 0;) {
      await sleep(pollMs);
      try {
        // One that was submitted after the question is not in the answer.
        const asked = new Map(this.#watched);
        const jobs = new Map((await client.jobs()).map((job) => [job.submission_id, job]));
        if (isAway) onMessage('Ray answers again.');
        isAway = false;
        await Promise.all([...asked].map(([id, watched]) => this.#look(id, watched, jobs.get(id))));
      } catch (error) {
        if (!isAway) onMessage(`${describeError(error)}\n  The members go on; they are asked for again and again.`);
        isAway = true;
      }
    }
    this.#isPolling = false;
  }

  async #look(id: string, { logFile, resolve }: Watched, job: RayJob | undefined): Promise<void> {
    const isOver = !job || hasEnded(job);
    const isRead =
      (isOver || this.#options.relayDirectory !== undefined) && (await this.#readOutput(id, logFile, isOver));
    if (!isOver) return;
    this.#watched.delete(id);
    // A Ray that was started anew does not know it; and success that cannot be read is none where the run is not to be seen.
    const isLost = !job || (!isRead && this.#options.relayDirectory !== undefined && job.status === 'SUCCEEDED');
    resolve(isLost ? {} : endOf(job));
  }

  /** Keeps what the job printed so far. @returns false if its node does not give it */
  async #readOutput(id: string, logFile: string, isLast = true): Promise<boolean> {
    const { client, relayDirectory, pollMs = POLL_MS } = this.#options;
    for (let tried = 1; ; tried++) {
      try {
        const { text, told } = splitOutput(await client.logs(id));
        if (relayDirectory !== undefined) writeRelayed(relayDirectory, told);
        mkdirSync(dirname(logFile), { recursive: true });
        writeFileSync(logFile, text);
        return true;
      } catch {
        if (!isLast || tried === LAST_WORDS_TRIES) return false;
        await sleep(pollMs);
      }
    }
  }
}
