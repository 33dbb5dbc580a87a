import { GlyphlabError } from '@glyphlab/core';
import { type Code, diffCode, hasCommit } from '../../project/git.ts';
import { workspaceDir } from '../../project/workspace.ts';
import type { Section, Table } from './document.ts';
import { commitOf, type GatheredRun } from './gather.ts';

/** A longer diff is cut. */
const MAX_DIFF = 400_000;
/** Where there are more states of the code, they are only named. */
const MAX_DIFFS = 3;

/** How the code differs from that of the first run: commits and uncommitted changes together. */
export async function codeSections(runs: readonly GatheredRun[]): Promise<Section[]> {
  const [first, ...others] = runs;
  const title = 'Code';
  const notes = runs.flatMap((run) => doubtOf(run) ?? []);
  if (new Set(runs.map(keyOf)).size > MAX_DIFFS + 1) return [{ title, notes, table: commitTable(runs) }];
  const sections: Section[] = [];
  const seen = new Set([keyOf(first!)]);
  for (const other of others) {
    if (seen.has(keyOf(other))) continue;
    seen.add(keyOf(other));
    sections.push(await between(first!, other));
  }
  if (sections.length === 0) return [{ title, notes: ['Commit and changes are the same.', ...notes] }];
  return [...(notes.length > 0 ? [{ title, notes }] : []), ...sections];
}

const commitTable = (runs: readonly GatheredRun[]): Table => ({
  heads: ['', 'commit', 'uncommitted changes'],
  rows: runs.map((run) => [
    run.title,
    commitOf(run)?.slice(0, 12) ?? '–',
    run.source?.patch?.slice(0, 12) ?? 'none kept',
  ]),
});

const keyOf = (run: GatheredRun): string => `${commitOf(run)} ${run.source?.patch ?? ''}`;

/** What is not known of a run's code. */
function doubtOf({ record, source, title, patch }: GatheredRun): string | undefined {
  if (source?.patch !== undefined && patch === undefined) return `${title}: its patch is gone.`;
  if (source && source.leftOut.length > 0)
    return `${title}: changes that were not kept: ${source.leftOut.map(({ file, why }) => `${file} (${why})`).join(', ')}.`;
  if (!source && record.tags['glyphlab.git.dirty'] === 'true')
    return `${title} had changes that were not committed, and did not keep them.`;
  return undefined;
}

async function between(first: GatheredRun, other: GatheredRun): Promise<Section> {
  const title = `Code, from ${first.title} to ${other.title}`;
  const [from, to] = [first, other].map((run): Partial<Code> => ({ commit: commitOf(run)!, patch: run.patch }));
  const describe = ({ commit, patch }: Partial<Code>): string =>
    `${commit?.slice(0, 12) ?? 'no commit'}${patch === undefined ? '' : ' with changes'}`;
  const notes = [`${describe(from!)} → ${describe(to!)}`];
  for (const { commit } of [from!, to!]) {
    if (commit === undefined) return { title, notes: [...notes, 'One of them was started outside git.'] };
    if (!(await hasCommit(workspaceDir(), commit)))
      return {
        title,
        notes: [...notes, `This repository does not have ${commit}: git fetch it to see the difference.`],
      };
  }
  try {
    const { stat, text } = await diffCode(workspaceDir(), from as Code, to as Code);
    if (text === '') return { title, notes: [...notes, 'The files are the same.'] };
    const cut = text.length > MAX_DIFF ? `${text.slice(0, MAX_DIFF)}\n… cut: it has ${text.length} characters\n` : text;
    return { title, notes, code: { summary: stat, text: cut } };
  } catch (error) {
    if (!(error instanceof GlyphlabError)) throw error;
    return { title, notes: [...notes, `The difference cannot be shown: ${error.message}`] };
  }
}
