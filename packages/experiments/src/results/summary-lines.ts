import { textTable } from '@glyphlab/core';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { isFinished, type MemberResult } from './member-result.ts';
import { formatSpread } from './spread.ts';
import { bestGroups, summarise } from './summarise.ts';

/** The results in short, as lines for a terminal. */
export function summaryLines(results: readonly MemberResult[], set: Pick<ExperimentSet, 'references'>): string[] {
  const rows = summarise(results, set).flatMap(({ dataset, groups }) => {
    const best = bestGroups(groups, 'testAccuracy');
    return groups.map((group) => [
      group.name,
      dataset,
      formatSpread(group.figures.testAccuracy, 2, 100),
      formatSpread(group.figures.minutes, group.figures.minutes.mean < 1 ? 2 : 1),
      `${group.results.filter(isFinished).length} of ${group.results.length}`,
      best.has(group) ? 'best' : '',
    ]);
  });
  const heads = ['Setting', 'Dataset', 'Test accuracy (%)', 'Minutes', 'Runs', ''];
  return textTable([heads, ...rows], new Set([2, 3, 4]));
}
