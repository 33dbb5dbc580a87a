import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '@glyphlab/core';
import type { Job, JobEnd, KnownJob, LaunchedJob, Launcher } from '../launcher.ts';
import type { CodePackage } from './code-package.ts';
import type { RayClient, MemberResources, RayJob } from './ray-client.ts';
import { endOf, hasEnded } from './ray-end.ts';
import { splitOutput, writeRelayed } from './relay.ts';

const POLL_MS = 500;
const MAX_PAUSE_MS = 5000;
/** What runs is read this many times less often than it is asked for. */
const READ_EVERY = 4;
/** Requests at a time. */
const SIDE_BY_SIDE = 16;
/** How often the last words of a job that ended are asked for. */
const LAST_WORDS_TRIES = 3;

interface RayLauncherOptions {
  client: RayClient;
  /** Name of the set. */
  set: string;
  resources: MemberResources;
  /** Of the members' processes. */
  env: Readonly<Record<string, string>>;
  /** Else the nodes have the code already. */
  code?: CodePackage;
  /** Working directory of the members, on storage that all nodes share with this machine. */
  cwd?: string;
  /** Else the members tell of their runs in what they print, and here that is kept, a folder a run. */
  relayDirectory?: string;
  onMessage: (text: string) => void;
  pollMs?: number;
}

interface Watched {
  logFile: string;
  readMs: number;
  resolve: (end: JobEnd) => void;
}

/** Runs jobs on a Ray cluster. They outlive this process, and the next session finds them. */
export class RayLauncher implements Launcher {
  readonly #options: RayLauncherOptions;
  readonly #watched = new Map<string, Watched>();
  #isPolling = false;
  /** All jobs, as they were a moment ago: a thousand members do not ask a thousand times. */
  #listing: { atMs: number; jobs: Promise<RayJob[]> } | undefined;
  /** Of this session, by key: they may be missing in the listing. */
  readonly #attempts = new Map<string, number>();

  constructor(options: RayLauncherOptions) {
    this.#options = options;
  }

  async launch({ key, command, logFile }: Job): Promise<LaunchedJob> {
    const { client, set, resources, env, cwd, code } = this.#options;
    try {
      const { attempt, job } = latestAttempt(await this.#jobs(), set, key);
      // Someone else submitted it meanwhile: it is one and the same.
      if (job && !hasEnded(job)) return this.#handle(job.submission_id!, logFile);
      const next = Math.max(attempt, this.#attempts.get(key) ?? 0) + 1;
      const id = submissionId(set, key, next);
      this.#attempts.set(key, next);
      await client.submit({
        entrypoint: shellLine(command, cwd),
        submission_id: id,
        entrypoint_num_cpus: resources.cpus,
        entrypoint_num_gpus: resources.gpus,
        runtime_env: { env_vars: env, ...(code && { working_dir: await code.uri() }) },
        metadata: { 'glyphlab.set': set, 'glyphlab.member': key },
      });
      return this.#handle(id, logFile);
    } catch (error) {
      const ended = Promise.resolve({ error: describeError(error) });
      return { description: 'not submitted', ended, stop: () => {}, kill: () => {} };
    }
  }

  async find({ key, logFile }: KnownJob): Promise<LaunchedJob | undefined> {
    const { set, relayDirectory } = this.#options;
    const { job } = latestAttempt(await this.#jobs(), set, key);
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
    const ended = new Promise<JobEnd>((resolve) => this.#watched.set(id, { logFile, readMs: 0, resolve }));
    if (!this.#isPolling) void this.#poll();
    return { ...this.#control(id), ended };
  }

  #control(id: string): Omit<LaunchedJob, 'ended'> {
    const { client, onMessage } = this.#options;
    const stop = (): void => void client.stop(id).catch((error: unknown) => onMessage(describeError(error)));
    // Ray itself kills what does not end in time.
    return { description: `Ray job ${id}, what it prints: --follow`, stop, kill: stop };
  }

  async #jobs(maxAgeMs = this.#options.pollMs ?? POLL_MS): Promise<RayJob[]> {
    if (!this.#listing || Date.now() - this.#listing.atMs >= maxAgeMs)
      this.#listing = { atMs: Date.now(), jobs: this.#options.client.jobs() };
    return this.#listing.jobs;
  }

  async #poll(): Promise<void> {
    const { onMessage, pollMs = POLL_MS } = this.#options;
    this.#isPolling = true;
    for (let isAway = false, tookMs = 0; this.#watched.size > 0;) {
      // However many there are, most of the time Ray is left alone.
      await sleep(Math.min(Math.max(pollMs, 10 * tookMs), MAX_PAUSE_MS));
      const start = performance.now();
      try {
        await this.#look();
        if (isAway) onMessage('Ray answers again.');
        isAway = false;
      } catch (error) {
        if (!isAway) onMessage(`${describeError(error)}\n  The members keep running. Trying again …`);
        isAway = true;
      }
      tookMs = performance.now() - start;
    }
    this.#isPolling = false;
  }

  async #look(): Promise<void> {
    // One that was submitted after the question is not in the answer.
    const asked = new Map(this.#watched).entries();
    const jobs = new Map((await this.#jobs(0)).map((job) => [job.submission_id, job]));
    const ends: (() => void)[] = [];
    const lookAtNext = async (): Promise<void> => {
      for (const [id, watched] of asked) {
        const end = await this.#lookAt(id, watched, jobs.get(id));
        if (end) ends.push(() => watched.resolve(end));
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lookAtNext));
    // All at once, so that many ends are one change of the set.
    for (const end of ends) end();
  }

  /** @returns how it ended, if it did */
  async #lookAt(id: string, watched: Watched, job: RayJob | undefined): Promise<JobEnd | undefined> {
    const { relayDirectory, pollMs = POLL_MS } = this.#options;
    const isOver = !job || hasEnded(job);
    const isDue = relayDirectory !== undefined && Date.now() - watched.readMs >= READ_EVERY * pollMs;
    const isRead = (isOver || isDue) && (await this.#readOutput(id, watched.logFile, isOver));
    if (isDue) watched.readMs = Date.now();
    if (!isOver) return undefined;
    this.#watched.delete(id);
    // A Ray that was started anew does not know it; and success that cannot be read is none where the run is not to be seen.
    const isLost = !job || (!isRead && relayDirectory !== undefined && job.status === 'SUCCEEDED');
    return isLost ? {} : endOf(job);
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

/**
 * The id under which a member is submitted: the same in every session and on every machine, so that Ray refuses a second one.
 * Each attempt at a member counts on.
 */
const submissionId = (set: string, key: string, attempt: number): string => `${stem(set, key)}${attempt}`;

/** The latest attempt at a member, with its number; 0 if there was none. */
function latestAttempt(
  jobs: readonly RayJob[],
  set: string,
  key: string,
): { attempt: number; job: RayJob | undefined } {
  const start = stem(set, key);
  const attempts = jobs.flatMap((job) => {
    const rest = job.submission_id?.startsWith(start) ? job.submission_id.slice(start.length) : '';
    return /^\d+$/.test(rest) ? [{ attempt: Number(rest), job }] : [];
  });
  return attempts.sort((a, b) => b.attempt - a.attempt)[0] ?? { attempt: 0, job: undefined };
}

/** Names of sets may hold what an address does not carry. */
function stem(set: string, key: string): string {
  const plain = set.replace(/[^A-Za-z0-9._-]/g, '-');
  const hash = plain === set ? '' : `-${createHash('sha256').update(set).digest('hex').slice(0, 6)}`;
  return `glyphlab-${plain}${hash}-${key}-`;
}

/** A command as a line for the shell, which the command's process takes the place of, so that signals reach it. */
function shellLine(command: readonly string[], cwd?: string): string {
  const words = command.map(quoted).join(' ');
  return cwd === undefined ? `exec ${words}` : `cd ${quoted(cwd)} && exec ${words}`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
