import type { ExperimentConfig } from '@glyphlab/config';
import { describeError } from '@glyphlab/core';
import type { Member } from '../plan/expand-set.ts';

/** Tag of a member's run: what a reader of its results should know of the data, a note a line. */
export const NOTES_TAG = 'glyphlab.dataset_notes';

/** Gets a dataset ready, and says what a reader of results should know of it. */
export type PrepareData = (config: ExperimentConfig) => Promise<readonly string[]>;

/**
 * The members with the notes on their data as a tag. Each dataset is made ready once, so that members side by side do not
 * download the same; what fails is told, and told again by the members that need it.
 */
export async function withDataNotes(
  members: readonly Member[],
  prepareData: PrepareData,
  onMessage: (text: string) => void,
  signal: AbortSignal,
): Promise<Member[]> {
  const known = new Map<string, readonly string[]>();
  const noted: Member[] = [];
  for (const member of members) {
    // The folds of a dataset are the same images.
    const { fold, ...dataset } = member.config.dataset;
    const key = JSON.stringify({ ...dataset, folds: fold?.of });
    if (!known.has(key) && !signal.aborted) {
      known.set(
        key,
        await prepareData(member.config).catch((error: unknown) => {
          if (!signal.aborted) onMessage(describeError(error));
          return [];
        }),
      );
    }
    noted.push(withNotes(member, known.get(key) ?? []));
  }
  return noted;
}

function withNotes(member: Member, notes: readonly string[]): Member {
  if (notes.length === 0) return member;
  const { tracking } = member.config;
  const tags = { ...tracking.tags, [NOTES_TAG]: notes.join('\n') };
  return { ...member, config: { ...member.config, tracking: { ...tracking, tags } } };
}
