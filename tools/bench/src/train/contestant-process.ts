import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError } from '@glyphlab/core';
import type { Contestant } from './contestants.ts';
import type { Answer, Request } from './serve.ts';

/** How long an ended contestant may take to leave. */
const LEAVE_MS = 5000;

interface StartOptions {
  /** Besides what this process has. */
  env?: NodeJS.ProcessEnv;
  /** Ends the contestant at once, in the middle of a run too. */
  signal?: AbortSignal;
}

/** A contestant in a process of its own, which computes only while it is asked. */
export class ContestantProcess {
  readonly contestant: Contestant;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #closed: Promise<unknown>;
  #complaints = '';
  version = '';

  private constructor(contestant: Contestant, { env, signal }: StartOptions) {
    this.contestant = contestant;
    const [command, ...args] = contestant.command;
    const stdio = ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'];
    this.#child = spawn(command, args, { stdio, env: { ...process.env, ...env }, ...(signal && { signal }) });
    this.#closed = new Promise((resolve) => this.#child.on('close', resolve).on('error', resolve));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /**
   * Starts it and waits until it can compute.
   * @throws GlyphlabError BENCH_CONTESTANT_FAILED
   */
  static async start(contestant: Contestant, options: StartOptions = {}): Promise<ContestantProcess> {
    const started = new ContestantProcess(contestant, options);
    started.version = (await started.#next<{ version: string }>()).version;
    return started;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** @throws GlyphlabError BENCH_CONTESTANT_FAILED */
  async run(request: Request): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#next<Answer>();
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    const left = await Promise.race([this.#closed.then(() => true), sleep(LEAVE_MS, false, { ref: false })]);
    if (!left) this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #next<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value) as T;
    await this.#closed;
    const lines = this.#complaints.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    const said = lines.slice(-8).join('\n');
    throw new GlyphlabError('BENCH_CONTESTANT_FAILED', `It ended before it answered.\n${said}`, {
      where: this.contestant.id,
    });
  }
}
