import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '@glyphlab/core';

export const JOURNAL_FILE = 'journal.jsonl';
/** System metrics, sampled by the worker thread: one writer a file. */
export const SYSTEM_FILE = 'system.jsonl';
export const ARTIFACTS_DIR = 'artifacts';
export const MODELS_DIR = 'models';

/** Path of a run's journal. */
export const journalFile = (directory: string): string => join(directory, JOURNAL_FILE);

/** Path of what was measured of the machine while the run went on. */
export const systemFile = (directory: string): string => join(directory, SYSTEM_FILE);

/** Path of the copy of an artifact in the run's directory. */
export const artifactFile = (directory: string, path: string): string => join(directory, ARTIFACTS_DIR, path);

/** Directories of all runs that have a journal, in no order. */
export function listRunDirectories(runsDir: string): string[] {
  if (!existsSync(runsDir)) return [];
  return readdirSync(runsDir)
    .map((name) => join(runsDir, name))
    .filter((directory) => existsSync(join(directory, JOURNAL_FILE)));
}

/** Fewer characters of an id would name another run tomorrow. */
const MIN_PREFIX = 4;

/** Whether a text can be an id or the beginning of one, so that it is worth asking a server for. */
export const mayBeId = (text: string): boolean => new RegExp(`^[0-9a-f-]{${MIN_PREFIX},36}$`).test(text);

/**
 * Finds a run by its directory, its UUID (or the beginning of it), or the id that MLflow gave it.
 *
 * @throws InputError if there is none, or more than one
 */
export function findRunDirectory(runsDir: string, run: string): string {
  if (existsSync(join(run, JOURNAL_FILE))) return resolve(run);
  const isRun = (name: string): boolean => existsSync(join(runsDir, name, JOURNAL_FILE));
  const names = existsSync(runsDir) ? readdirSync(runsDir) : [];
  if (names.includes(run) && isRun(run)) return join(runsDir, run);
  const matches = run.length >= MIN_PREFIX ? names.filter((name) => name.startsWith(run) && isRun(name)) : [];
  if (matches.length === 1) return join(runsDir, matches[0]!);
  const directories = listRunDirectories(runsDir);
  const sent = directories.find((directory) => mlflowRunIds(directory).includes(run));
  if (sent !== undefined) return sent;
  throw new InputError(
    'RUN_NOT_FOUND',
    matches.length > 1 ? `Several runs begin with ${run}.` : `There is no run ${run}.`,
    {
      where: runsDir,
      hint: `Give its directory, the first ${MIN_PREFIX} or more characters of its id, or its MLflow run id. There ${directories.length === 1 ? 'is 1 run' : `are ${directories.length} runs`}.`,
    },
  );
}

/** Cursor files of a run, one for each server that it was sent to. */
export function cursorFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^cursor-[0-9a-f]+\.json$/.test(name))
    .map((name) => join(directory, name));
}

function mlflowRunIds(directory: string): string[] {
  return cursorFiles(directory).flatMap((file) => {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { runId?: string }).runId ?? [];
    } catch {
      return [];
    }
  });
}
