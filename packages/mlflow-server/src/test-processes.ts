import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

interface Entry {
  pid: number;
  pgid: number;
}

/** Every process that has not ended; one that has and was not waited for does not count. */
function processes(): Entry[] {
  const lines = existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(statLine)
    : execFileSync('ps', ['-axo', 'pid=,stat=,pgid='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, state]) => pid !== '' && !state?.startsWith('Z'))
    .map(([pid, , pgid]) => ({ pid: Number(pid), pgid: Number(pgid) }));
}

/** Process id, state and group. The name, in brackets, may hold anything. */
function statLine(pid: string): string {
  try {
    const [state, , pgid] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${pid} ${state} ${pgid}`;
  } catch {
    return '';
  }
}

/** Waits until a process is gone. @throws Error if it stays */
export async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (!processes().some((entry) => entry.pid === pid)) return;
    await sleep(100);
  }
  throw new Error(`Process ${pid} is still running.`);
}

/** The process ids of a process group. */
export const groupMembers = (pgid: number): number[] =>
  processes()
    .filter((entry) => entry.pgid === pgid)
    .map(({ pid }) => pid);

/** Runs a script of this package in a process of its own. */
export function runScript(name: string, ...args: string[]): ChildProcess {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** The first line of a process's output that matches. @throws Error if it ends before */
export async function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  throw new Error(`It ended without a line like ${pattern}.`);
}
