import { mkdir } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { writeWhole } from '@glyphlab/core/whole-file';
import { readRun } from '@glyphlab/tracking';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { collectResults } from '../results/collect-results.ts';
import { drawFigures } from '../results/draw-figures.ts';
import { resultsMarkdown } from '../results/markdown.ts';
import type { MemberResult } from '../results/member-result.ts';
import { readMirror, type Mirror, type ReadMirrorOptions } from '../results/read-mirror.ts';
import { summarise } from '../results/summarise.ts';
import type { MemberStatus } from '../run/member-status.ts';
import type { RunIndex } from '../runs/run-index.ts';

/** Tag of the parent run: the command that made the latest of its members. */
export const COMMAND_TAG = 'glyphlab.command';

interface PublishOptions extends ReadMirrorOptions {
  set: ExperimentSet;
  statuses: readonly MemberStatus[];
  index: RunIndex;
  /** Whether runs of the set go to a server. */
  hasServer: boolean;
  /** Stands for the command that made the members, where none is noted. */
  commandLine: string;
}

export interface Published {
  results: readonly MemberResult[];
  /** Path of RESULTS.md. */
  resultsFile: string;
}

/** Writes the results from what MLflow holds, else from the journals, and adds them to the parent run. */
export async function publishResults(options: PublishOptions): Promise<Published> {
  const { set, parent, statuses, index, hasServer, commandLine } = options;
  index.refresh();
  const mirror = hasServer ? await readMirror(set, options) : undefined;
  const problems = new Map(statuses.map(({ member, problem }) => [member.id, problem]));
  const members = statuses.map(({ member }) => member);
  const results = collectResults(members, (id) => index.runsOf(id), mirror?.runs ?? [], problems);
  const { path, text } = await writeResults(set, results, {
    command: mirror?.parentTags[COMMAND_TAG] ?? (parent && readRun(parent.directory)?.tags[COMMAND_TAG]) ?? commandLine,
    origin: originOf(set, results, mirror),
  });
  parent?.logBytes(text, 'RESULTS.md');
  if (results.some(({ record }) => record?.status === 'FINISHED'))
    parent?.logArtifact(join(set.resultsDirectory, 'figures'), 'figures');
  parent?.setTags({ 'mlflow.note.content': text.replace(/^!\[.*\n+/gm, '') });
  return { results, resultsFile: path };
}

function originOf(set: ExperimentSet, results: readonly MemberResult[], mirror: Mirror | undefined): string {
  if (!mirror) return 'the journals of the runs';
  const missing = results.filter(({ record, runId }) => record?.status === 'FINISHED' && runId === undefined).length;
  const rest = missing > 0 ? `; of ${missing} run(s) that it does not have yet, their journals` : '';
  return `MLflow (${mirror.server}), experiment "${set.experiment}"${rest}`;
}

interface WriteResultsOptions {
  /** The command that made them. */
  command: string;
  /** Where the figures come from, for a person. */
  origin: string;
}

/**
 * Writes `RESULTS.md` and its `figures/` into the set's folder of results.
 *
 * @returns path of RESULTS.md and its text
 */
async function writeResults(
  set: ExperimentSet,
  results: readonly MemberResult[],
  { command, origin }: WriteResultsOptions,
): Promise<{ path: string; text: string }> {
  const datasets = summarise(results, set);
  const figures = await drawFigures(datasets);
  const text = resultsMarkdown({ set, results, datasets, figures, command, origin });
  const path = join(set.resultsDirectory, 'RESULTS.md');
  for (const [file, content] of [
    ...figures.map(({ file, png }) => [file, png] as const),
    ['RESULTS.md', text] as const,
  ]) {
    await mkdir(dirname(join(set.resultsDirectory, file)), { recursive: true });
    await writeWhole(join(set.resultsDirectory, file), content);
  }
  return { path, text };
}
