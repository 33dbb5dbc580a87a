import { InputError } from '@glyphlab/core';
import { KEEP_TAG, NOTE_TAG, readRun, tagEndedRun } from '@glyphlab/tracking';
import type { FoundRun } from '@glyphlab/tracking/reader';
import { terminal } from '../../project/terminal.ts';
import { selectRuns, type Selection, titleOf, withReader } from './select-runs.ts';

const NOTE = 'mlflow.note.content';

/** Keeps runs from `rm` and `prune`, or no longer. */
export const keepRuns = (selection: Selection, keep: boolean): Promise<string> =>
  tagRuns(selection, keep ? 'kept' : 'no longer kept', () => ({ [KEEP_TAG]: String(keep) }));

/** Writes a note, which also stands at the top of the run's page in MLflow; an empty one takes it away. */
export const noteRun = (name: string, note: string): Promise<string> =>
  tagRuns({ runs: [name] }, note === '' ? 'note taken away' : 'noted', ({ directory }) => {
    const { tags } = readRun(directory!)!;
    const old = tags[NOTE_TAG] ? `${tags[NOTE_TAG]}\n\n` : '';
    const page = tags[NOTE] ?? '';
    const rest = old !== '' && page.startsWith(old) ? page.slice(old.length) : page;
    return { [NOTE_TAG]: note, [NOTE]: note === '' ? rest : `${note}\n\n${rest}` };
  });

async function tagRuns(
  selection: Selection,
  done: string,
  tagsOf: (run: FoundRun) => Record<string, string>,
): Promise<string> {
  const runs = await withReader(true, (reader) => selectRuns(reader, selection));
  for (const run of runs) {
    if (run.directory === undefined)
      throw new InputError('RUN_NOT_FOUND', `${titleOf(run)} is not on this disk.`, { hint: 'Write to it in MLflow.' });
    await tagEndedRun(run.directory, tagsOf(run), terminal.onMessage);
  }
  const isSentLater = runs.some(({ isUntracked }) => !isUntracked);
  if (isSentLater) terminal.onMessage('To pass it on to MLflow: npx glyphlab sync');
  return runs.map((run) => `${done}: ${titleOf(run)}\n`).join('');
}
