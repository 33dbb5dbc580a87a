import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';

interface ProcessMark {
  pid: number;
  /** In the system's own words: a pid alone is given out again. */
  started: string;
}

/** Notes a process, so that another session can tell whether it still runs. */
export function writeProcessMark(file: string, pid: number): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify({ pid, started: startOf(pid) ?? '' } satisfies ProcessMark));
  renameSync(draft, file);
}

/** The pid of the noted process if that very process still runs. */
export function runningProcess(file: string): number | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as ProcessMark;
    const isOfThisBoot = statSync(file).mtimeMs > Date.now() - uptime() * 1000;
    return isOfThisBoot && started !== '' && startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined if there is no such process, or it has ended and nobody has asked how. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in brackets and may hold anything; after it come the state and, as the 20th field, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
