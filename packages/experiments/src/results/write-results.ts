import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  for (const { file, png } of figures) placeFile(join(set.resultsDirectory, file), png);
  placeFile(path, text);
  return { path, text };
}

/** The file is the old one or the new one, never half of it. */
function placeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.draft`, content);
  renameSync(`${path}.draft`, path);
}
