import { LoggedBefore } from '../journal/logged-before.ts';
import { Journal } from '../journal/journal.ts';
import { ERROR_TAG } from '../run-tags.ts';

/**
 * Writes the end of a run whose process is gone without a word (killed, or the power failed) into its journal, at the time of
 * the last thing it said. Only for the holder of the run's lock.
 *
 * @returns lines of the journal
 */
export async function endCutOff(directory: string, onMessage: (text: string) => void): Promise<number> {
  const before = await LoggedBefore.read(directory);
  if (before.ended !== undefined) return before.lines;
  const journal = new Journal(directory, before.lines, onMessage);
  journal.append(
    {
      type: 'tags',
      values: { [ERROR_TAG]: 'The process ended without a word: it was killed, or the power failed.' },
    },
    before.lastTimeMs,
  );
  journal.append({ type: 'ended', status: 'KILLED' }, before.lastTimeMs);
  journal.close();
  return journal.lines;
}
