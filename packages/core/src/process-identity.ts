import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for good: a pid alone is given out again. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes when the machine boots; empty where it is not known. */
  boot: string;
  /** When the process started, in the system's own words; empty if it has ended. */
  started: string;
}

/** A process of this machine. */
export interface RunningProcess {
  pid: number;
  parent: number;
  group: number;
  /** In the system's own words. */
  started: string;
}

/** Of a process of this machine that runs now; of this one, if none is named. */
export function identityOf(pid = process.pid): ProcessIdentity {
  return { pid, host: hostname(), boot: bootId(), started: findProcess(pid)?.started ?? '' };
}

/** True and false are certain; `unknown` is a process of another machine. */
export function isRunning({ pid, host, boot, started }: ProcessIdentity): boolean | 'unknown' {
  if (host !== hostname()) return 'unknown';
  return boot === bootId() && findProcess(pid)?.started === started;
}

/** Undefined if it has ended, or runs on another machine. One that nobody has waited for (a zombie) has ended. */
export function findProcess(pid: number): RunningProcess | undefined {
  if (isWindows) return fromSignal(pid);
  return isLinux ? fromProc(pid) : fromPs(['-p', String(pid)])[0];
}

/** All processes that this user may see. */
export function listProcesses(): RunningProcess[] {
  if (!isLinux) return fromPs(['-ax']);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).flatMap((pid) => fromProc(pid) ?? []);
}

const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';

/** Windows has neither /proc nor ps: there a pid that was given out again counts as the same process, and so as running. */
function fromSignal(pid: number): RunningProcess | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  return { pid, parent: 0, group: pid, started: 'unknown' };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function fromProc(pid: number): RunningProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program stands in brackets and may hold anything; state is the first field after it, start time the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), started: fields[19]! };
}

function fromPs(which: string[]): RunningProcess[] {
  let table: string;
  try {
    table = execFileSync('ps', [...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
  } catch {
    return [];
  }
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, started] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (started === undefined || state!.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), started }];
  });
}
