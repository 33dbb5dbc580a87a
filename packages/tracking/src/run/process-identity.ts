import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for good: a pid alone is given out again. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes when the machine boots; empty where it is not known. */
  boot: string;
  /** When the process started, in the system's own words. */
  started: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), boot: bootId(), started: startOf(process.pid) ?? '' };
}

/** True and false are certain; `unknown` is a process of another machine. */
export function isRunning(identity: ProcessIdentity): boolean | 'unknown' {
  if (identity.host !== hostname()) return 'unknown';
  return identity.boot === bootId() && startOf(identity.pid) === identity.started;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Undefined if there is no such process, or it is a zombie. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold anything; state is the first field after it, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
