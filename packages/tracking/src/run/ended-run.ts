import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { checkTags } from '../journal/checks.ts';
import { Journal } from '../journal/journal.ts';
import { LoggedBefore, parseEntry } from '../journal/logged-before.ts';
import { cutTornLine } from '../journal/line-writer.ts';
import { JournalTail } from '../journal/run-follower.ts';
import { JOURNAL_FILE, journalFile, SYSTEM_FILE } from './run-directory.ts';
import { RunLock } from './run-lock.ts';
import { ERROR_TAG } from './tags.ts';

/**
 * Adds tags to the journal of a run whose process has ended; `syncRuns` sends them. A run whose process is gone without a word is
 * ended as KILLED first.
 *
 * @param directory of the run
 * @throws InputError if the run is in use
 */
export async function tagEndedRun(
  directory: string,
  tags: Readonly<Record<string, string>>,
  onMessage: (text: string) => void = () => undefined,
): Promise<void> {
  const values = checkTags(tags);
  const taken = RunLock.take(directory, 'sync');
  if ('holder' in taken)
    throw new InputError('RUN_IN_USE', `The run is in use by pid ${taken.holder.pid} on ${taken.holder.host}.`, {
      where: directory,
    });
  try {
    const journal = new Journal(directory, await endCutOff(directory, onMessage), onMessage);
    journal.append({ type: 'tags', values });
    await journal.sync();
    journal.close();
  } finally {
    taken.lock.release();
  }
}

/**
 * Writes the end of a run whose process is gone without a word (killed, or the power failed) into its journal, at the time of
 * the last thing it said. Only for the holder of the run's lock.
 *
 * @returns lines of the journal
 */
export async function endCutOff(directory: string, onMessage: (text: string) => void): Promise<number> {
  for (const file of [JOURNAL_FILE, SYSTEM_FILE]) cutTornLine(join(directory, file));
  const before = await LoggedBefore.read(directory);
  if (before.ended !== undefined) return before.lines;
  const journal = new Journal(directory, before.lines, onMessage);
  journal.append(
    {
      type: 'tags',
      values: { [ERROR_TAG]: 'The process ended without notice: it was killed, or the power failed.' },
    },
    before.lastTimeMs,
  );
  journal.append({ type: 'ended', status: 'KILLED' }, before.lastTimeMs);
  journal.close();
  return journal.lines;
}

/**
 * A run that is elsewhere, of which this machine has the journal that it told: another one with its beginning and end stands in
 * for it, so that what is added goes the way of everything else. MLflow knows by the UUID that it is the same run.
 *
 * @param told directory with that journal
 * @returns its directory, under the same name in `runsDir`; undefined if it is there already
 */
export function standInRun(told: string, runsDir: string): string | undefined {
  const directory = join(runsDir, basename(told));
  if (existsSync(directory)) return undefined;
  const lines = [...new JournalTail(told).lines()];
  const kept = [lines[0], lines.findLast((line) => parseEntry(line)?.type === 'ended')];
  mkdirSync(directory, { recursive: true });
  writeFileSync(journalFile(directory), kept.flatMap((line) => (line === undefined ? [] : [`${line}\n`])).join(''));
  return directory;
}
