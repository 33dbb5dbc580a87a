import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '@glyphlab/core/whole-file';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { drawFigures } from './draw-figures.ts';
import { resultsMarkdown } from './markdown.ts';
import type { MemberResult } from './member-result.ts';
import { summarise } from './summarise.ts';

export interface WriteResultsOptions {
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
export async function writeResults(
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
