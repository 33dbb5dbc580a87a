import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readCursorFile } from '../drain/cursor.ts';
import { readRefused, type RefusedThing, toRefusedThing } from '../drain/refused.ts';
import type { EntryOf } from '../journal/entries.ts';
import { readBeginning } from '../journal/logged-before.ts';
import { pageOfRun } from '../server/find-server.ts';
import { cursorFiles, JOURNAL_FILE, listRunDirectories, SYSTEM_FILE } from '../run/run-directory.ts';
import { lockHolder } from '../run/run-lock.ts';

/** What can be told of a run without reading all of its journal. */
export interface RunOutlook {
  directory: string;
  /** Undefined if the journal is damaged or empty. */
  beginning: EntryOf<'run'> | undefined;
  /** The server that was asked for has all of it; any, if none was. */
  isSent: boolean;
  /** It is to stay on this machine, and no server has any of it. */
  isUntracked: boolean;
  /** What that server, or the one that has a part of it, did not take. */
  refused: readonly RefusedThing[];
  page: { url?: string; openWith?: string };
  /** The server that has a part of it or was meant to, if that is known by an address. */
  serverUrl: string | undefined;
}

/** @param server identity of the one that is asked for */
export async function lookAtRun(directory: string, server?: string): Promise<RunOutlook> {
  const beginning = await readBeginning(directory).catch(() => undefined);
  const all = cursorFiles(directory).flatMap((file) => readCursorFile(file) ?? []);
  const cursors = server === undefined ? all : all.filter((cursor) => cursor.server === server);
  const sizes = [JOURNAL_FILE, SYSTEM_FILE].map((file) => ({
    file,
    bytes: statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0,
  }));
  const sentTo = cursors.find(
    ({ positions, ended }) => ended && sizes.every(({ file, bytes }) => (positions[file]?.bytes ?? 0) === bytes),
  );
  const begunAt = sentTo ?? cursors.find(({ runId }) => runId !== undefined);
  return {
    directory,
    beginning,
    isSent: sentTo !== undefined,
    isUntracked: beginning?.untracked === true && !all.some(({ runId }) => runId !== undefined),
    refused: begunAt ? readRefused(directory, begunAt.server).map(toRefusedThing) : [],
    page: begunAt ? pageOfRun(begunAt) : {},
    serverUrl: begunAt && URL.canParse(begunAt.server) ? begunAt.server : (beginning?.server ?? undefined),
  };
}

/**
 * How many runs no server has all of, though no process is training or sending them: there was no server, or the process was
 * killed, and then MLflow may show the run as running.
 */
export async function countWaitingRuns(runsDir: string): Promise<number> {
  const idle = listRunDirectories(runsDir).filter((directory) => lockHolder(directory) === undefined);
  const outlooks = await Promise.all(idle.map((directory) => lookAtRun(directory)));
  return outlooks.filter(({ beginning, isSent, isUntracked }) => beginning && !isSent && !isUntracked).length;
}
