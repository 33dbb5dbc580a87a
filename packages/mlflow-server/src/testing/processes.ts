import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProcess, listProcesses } from '@glyphlab/core/process-identity';

/** Waits until a process is gone. @throws Error if it stays */
export async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (!findProcess(pid)) return;
    await sleep(100);
  }
  throw new Error(`Process ${pid} is still running.`);
}

/** The process ids of a process group. */
export const groupMembers = (pgid: number): number[] =>
  listProcesses()
    .filter(({ group }) => group === pgid)
    .map(({ pid }) => pid);

export const childrenOf = (pid: number): number[] =>
  listProcesses()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid);

/** Runs a script of this package in a process of its own. */
export function runScript(name: string, ...args: string[]): ChildProcess {
  const script = fileURLToPath(new URL(`../${name}`, import.meta.url));
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
