import { textTable } from '@glyphlab/core';
import { formatSpread } from '@glyphlab/evaluation';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { isFinished, type MemberResult } from './member-result.ts';
import { bestGroups, type GroupSummary, summarise } from './summarise.ts';

/** The results in short, as lines for a terminal. */
export function summaryLines(results: readonly MemberResult[], set: Pick<ExperimentSet, 'references'>): string[] {
  const rows = summarise(results, set).flatMap(({ dataset, groups }) => {
    const best = bestGroups(groups, 'testAccuracy');
    return groups.map((group) => [
      group.name,
      dataset,
      formatSpread(group.figures.testAccuracy, 2, 100),
      formatSpread(group.figures.minutes, group.figures.minutes.mean < 1 ? 2 : 1),
      runsOf(group),
      best.has(group) ? 'best' : '',
    ]);
  });
  const heads = ['Setting', 'Dataset', 'Test accuracy (%)', 'Minutes', 'Runs', ''];
  return textTable([heads, ...rows], new Set([2, 3, 4]));
}

/** Of searches, the trials that were trained to their end among those that began: their figures are those of the best. */
function runsOf({ results, searches }: GroupSummary): string {
  if (searches.length === 0) return `${results.filter(isFinished).length} of ${results.length}`;
  const sum = (key: 'finished' | 'begun'): number => searches.reduce((total, search) => total + search[key], 0);
  return `${sum('finished')} of ${sum('begun')}`;
}
