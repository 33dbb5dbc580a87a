import {
  drawGroupCurves,
  drawGroupScores,
  drawImportance,
  drawParallel,
  drawSlices,
  type ExperimentRun,
  type RunGroup,
} from '@glyphlab/evaluation';
import { figuresOf, isFinished, type MemberResult } from './member-result.ts';
import type { SearchOutcome } from './search-summary.ts';
import { hasTrials, importanceByGroup, searchedSpace } from './searched-space.ts';
import type { DatasetSummary } from './summarise.ts';

export interface DrawnFigure {
  dataset: string;
  title: string;
  /** Relative to the results, as `figures/mnist-test-accuracy.png`. */
  file: string;
  png: Uint8Array;
}

/** Comparisons of the groups of each dataset: their results, and validation accuracy over the epochs. */
export async function drawFigures(datasets: readonly DatasetSummary[]): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = [];
  for (const summary of datasets) {
    const { dataset, groups, numTestImages, numValImages } = summary;
    const shown: RunGroup[] = groups
      .map(({ name, results }) => ({ name, runs: results.filter(isFinished).map(toExperimentRun) }))
      .filter(({ runs }) => runs.length > 0);
    if (shown.length === 0) continue;
    const curves = shown.filter(({ name }) => groups.find((group) => group.name === name)!.searches.length === 0);
    const searched = groups.flatMap(({ name, searches }) => toSearchGroup(name, searches));
    const file = (name: string): string => `figures/${dataset}-${name}.png`;
    const add = (title: string, name: string, png: Uint8Array): unknown =>
      drawn.push({ dataset, title, file: file(name), png });
    const titles = {
      scores: `Test accuracy on ${dataset}`,
      curves: `Validation accuracy on ${dataset}`,
      search: `Best validation accuracy so far on ${dataset}`,
    };
    add(
      titles.scores,
      'test-accuracy',
      await drawGroupScores(shown, { title: titles.scores, numImages: numTestImages }),
    );
    if (curves.length > 0)
      add(
        titles.curves,
        'val-accuracy',
        await drawGroupCurves(curves, { title: titles.curves, numImages: numValImages }),
      );
    if (searched.length > 0)
      add(
        titles.search,
        'search',
        await drawGroupCurves(searched, {
          title: titles.search,
          xTitle: 'Epochs of all trials',
          numImages: numValImages,
        }),
      );
    const known = importanceByGroup(groups);
    const importance = `What mattered on ${dataset}`;
    if (known.length > 0) add(importance, 'importance', await drawImportance(known, importance));
    for (const group of groups.filter(hasTrials)) {
      const space = searchedSpace(group, summary)!;
      const [parallel, slices] = [`Trials of ${group.name} on ${dataset}`, `Trials of ${group.name} by each key`];
      add(parallel, `${fileName(group.name)}-trials`, await drawParallel(space, parallel));
      add(slices, `${fileName(group.name)}-slices`, await drawSlices(space, slices));
    }
  }
  return drawn;
}

function toExperimentRun({ record }: MemberResult): ExperimentRun {
  const epochs = [...record!.epochs].sort(([a], [b]) => a - b);
  return {
    history: epochs.map(([epoch, metrics]) => ({ epoch, metrics })),
    score: figuresOf(record!).testAccuracy,
  };
}

/** Searches as runs: one value an epoch of all trials, from where each of them has one, to where the longest ended. */
function toSearchGroup(name: string, searches: readonly SearchOutcome[]): RunGroup[] {
  const known = searches.filter(({ course }) => course.length > 0);
  if (known.length === 0) return [];
  const first = Math.max(...known.map(({ course }) => course[0]!.epochs));
  const last = Math.max(...known.map(({ epochs }) => epochs));
  const runs = known.map(({ course }) => ({
    score: NaN,
    history: Array.from({ length: last - first + 1 }, (_, index) => ({
      epoch: first + index,
      metrics: { 'val/accuracy': course.findLast(({ epochs }) => epochs <= first + index)!.valAccuracy },
    })),
  }));
  return [{ name, runs }];
}

/** A name as a part of a file's name that is the same on every disk. */
const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
