import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { vi } from 'vitest';
import { runCli } from '../cli.ts';

/** A line of a run's journal, as far as tests read it. */
export interface JournalLine {
  type: string;
  step?: number;
  status?: string;
  path?: string;
  values?: Record<string, number | string>;
}

/** An empty folder that stands for a workspace; gone after the tests of this file. */
export const scratch = (): string => temporaryDirectory();

export function readJournal(runDirectory: string): JournalLine[] {
  const lines = readFileSync(join(runDirectory, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as JournalLine);
}

/** The only run in a workspace. */
export function onlyRun(workspace: string): string {
  const runs = join(workspace, '.glyphlab', 'runs');
  const names = readdirSync(runs);
  if (names.length !== 1) throw new Error(`Expected one run in ${runs}. Received: ${names.length}.`);
  return join(runs, names[0]!);
}

/** Runs a command in this process, and keeps what it prints. */
export async function cli(
  args: readonly string[],
  cwd = scratch(),
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const mocks = [
    vi.spyOn(process, 'cwd').mockReturnValue(cwd),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true)),
  ];
  try {
    return { exitCode: await runCli(args), stdout, stderr };
  } finally {
    mocks.forEach((mock) => mock.mockRestore());
  }
}

/** `run`, untracked, in a workspace of its own. */
export async function runInScratch(
  args: readonly string[],
): Promise<{ exitCode: number; stdout: string; stderr: string; journal: JournalLine[]; run: string }> {
  const workspace = scratch();
  const result = await cli(['run', '--no-tracking', ...args], workspace);
  const run = onlyRun(workspace);
  return { ...result, run, journal: readJournal(run) };
}
