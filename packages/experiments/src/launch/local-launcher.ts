import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isRunning, type ProcessIdentity } from '@glyphlab/core/process-identity';
import { writeWholeSync } from '@glyphlab/core/whole-file';
import type { Job, JobEnd, KnownJob, LaunchedJob, Launcher } from './launcher.ts';

const LOOK_EVERY_MS = 500;

/** Runs jobs as processes of this machine. They outlive a session that is killed, and the next one finds them. */
export class LocalLauncher implements Launcher {
  readonly #directory: string;
  readonly #cwd: string;

  /**
   * @param directory keeps a note of each process
   * @param cwd working directory of the jobs
   */
  constructor(directory: string, cwd: string) {
    this.#directory = directory;
    this.#cwd = cwd;
  }

  async launch({ key, command, logFile }: Job): Promise<LaunchedJob> {
    const [program, ...args] = command;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    // A process group of its own: Ctrl-C reaches it through `stop` alone, once.
    const child = spawn(program!, args, { cwd: this.#cwd, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    const ended = new Promise<JobEnd>((resolve) => {
      child.once('error', (error) => resolve({ error }));
      child.once('exit', (exitCode, signal) => resolve(signal ? { signal } : { exitCode: exitCode! }));
    });
    if (child.pid === undefined) return { description: 'not started', ended, stop: () => {}, kill: () => {} };
    mkdirSync(dirname(this.#markOf(key)), { recursive: true });
    writeWholeSync(this.#markOf(key), JSON.stringify(identityOf(child.pid)));
    return handle(child.pid, logFile, ended);
  }

  async find({ key, logFile }: KnownJob): Promise<LaunchedJob | undefined> {
    const pid = runningProcess(this.#markOf(key));
    return pid === undefined ? undefined : handle(pid, logFile, this.#untilGone(key, pid));
  }

  async *follow({ key, logFile }: KnownJob, signal: AbortSignal): AsyncGenerator<string> {
    for (let shown = 0, isLast = false; !isLast;) {
      // Looked at first, so that what it says last is not missed.
      isLast = signal.aborted || runningProcess(this.#markOf(key)) === undefined;
      const text = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
      if (text.length > shown) yield text.slice(shown);
      shown = text.length;
      if (!isLast) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** A process of another session does not tell its end, so it is looked for. */
  #untilGone(key: string, pid: number): Promise<JobEnd> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (runningProcess(this.#markOf(key)) === pid) return;
        clearInterval(timer);
        resolve({});
      }, LOOK_EVERY_MS);
    });
  }

  #markOf = (key: string): string => join(this.#directory, key, 'process.json');
}

/** The pid of the noted process if that very process still runs. */
function runningProcess(file: string): number | undefined {
  try {
    const identity = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    return isRunning(identity) === true ? identity.pid : undefined;
  } catch {
    return undefined;
  }
}

function handle(pid: number, logFile: string, ended: Promise<JobEnd>): LaunchedJob {
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  };
  let isEnded = false;
  void ended.then(() => (isEnded = true));
  // The pid of an ended process may be another's.
  const signal = (name: NodeJS.Signals) => () => void (isEnded || send(name));
  const description = `pid ${pid}, ${relative(process.cwd(), logFile)}`;
  return { description, ended, stop: signal('SIGTERM'), kill: signal('SIGKILL') };
}
