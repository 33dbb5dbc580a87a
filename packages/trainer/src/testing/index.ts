import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '@glyphlab/core/file-lock';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { inject, vi } from 'vitest';
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

const bin = new URL('../../bin/glyphlab.js', import.meta.url).pathname;

/** Runs a command in a process of its own, as a person starts it in that folder. */
export const glyphlab = (
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { cwd, env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

/** A project in a folder of its own, with a part of everything. Its run is `run --config configs/first.yaml`. */
export function outsideProject(): string {
  const folder = scratch();
  cpSync(new URL('outside-project/', import.meta.url), folder, { recursive: true });
  return folder;
}

/**
 * A run that has learnt real digits, untracked: trained by the first test that asks for it, for all files. It is looked at, not changed.
 */
export async function digitsRun(): Promise<{ workspace: string; run: string; stdout: string; journal: JournalLine[] }> {
  const workspace = join(inject('sharedFolder'), 'digits');
  const printed = join(workspace, 'stdout.txt');
  await withFileLock(`${workspace}.made`, {}, async () => {
    if (existsSync(printed)) return;
    mkdirSync(workspace, { recursive: true });
    const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
    // Learnt soon, even from few images.
    const easy = ['dataset.limit=1000', 'augmentation=[]', 'model.dropout=0.2', 'training.epochs=8'];
    const { exitCode, stdout, stderr } = await cli(['run', '--no-tracking', '--config', config, ...easy], workspace);
    if (exitCode !== 0) throw new Error(stderr);
    writeFileSync(printed, stdout);
  });
  const run = onlyRun(workspace);
  return { workspace, run, stdout: readFileSync(printed, 'utf8'), journal: readJournal(run) };
}
