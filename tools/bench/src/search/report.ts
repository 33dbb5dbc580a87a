import { drawGroupCurves, formatSpread, type RunGroup, spreadOf } from '@glyphlab/evaluation';
import { EPOCHS } from './space.ts';
import { epochsOf, type SearchedTrial, searchTypes } from './run-search.ts';

const names = { random: 'random', asha: 'ASHA', tpe: 'TPE', 'tpe-asha': 'TPE + ASHA' } as const;

/** The best validation accuracy of trials that were trained to their end, after each epoch of a search; NaN before the first. */
export function courseOf(trials: readonly SearchedTrial[], budget: number): number[] {
  const course: number[] = [];
  let best = NaN;
  for (const trial of trials) {
    const before = best;
    const epochs = epochsOf(trial);
    if (trial.accuracies.length === EPOCHS) best = Math.max(Number.isNaN(best) ? 0 : best, ...trial.accuracies);
    for (let epoch = 1; epoch <= epochs; epoch++) course.push(epoch < epochs ? before : best);
  }
  while (course.length < budget) course.push(best);
  return course;
}

/** Courses by kind of search, one for each seed. */
const coursesOf = (trials: readonly SearchedTrial[], budget: number): Map<SearchedTrial['type'], number[][]> =>
  new Map(
    searchTypes.map((type) => {
      const own = trials.filter((trial) => trial.type === type);
      const seeds = [...new Set(own.map(({ seed }) => seed))];
      return [
        type,
        seeds.map((seed) =>
          courseOf(
            own.filter((trial) => trial.seed === seed),
            budget,
          ),
        ),
      ];
    }),
  );

/** Best validation accuracy after shares of the budget, mean and deviation over the seeds, as markdown. */
export function comparisonTable(trials: readonly SearchedTrial[], budget: number): string {
  const marks = [1 / 3, 1 / 2, 2 / 3, 1].map((share) => Math.round(share * budget));
  const rows = [...coursesOf(trials, budget)].map(([type, courses]) => {
    const own = trials.filter((trial) => trial.type === type);
    const stopped = own.filter(({ isStopped }) => isStopped).length;
    const at = marks.map((mark) => formatSpread(spreadOf(courses.map((course) => course[mark - 1]!)), 2, 100));
    return [
      names[type],
      ...at,
      (own.length / courses.length).toFixed(1),
      (stopped / courses.length).toFixed(1),
      String(courses.length),
    ];
  });
  const heads = ['Search', ...marks.map((mark) => `after ${mark} epochs`), 'Trials', 'Stopped early', 'Searches'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Best validation accuracy so far by the epochs trained, as PNG. */
export function drawComparison(
  trials: readonly SearchedTrial[],
  budget: number,
  numImages: number,
): Promise<Uint8Array> {
  const groups = [...coursesOf(trials, budget)].map(([type, courses]): RunGroup => {
    const first = Math.max(...courses.map((course) => course.findIndex(Number.isFinite)));
    const runs = courses.map((course) => ({
      score: NaN,
      history: course.map((accuracy, k) => ({ epoch: k + 1, metrics: { 'val/accuracy': accuracy } })).slice(first),
    }));
    return { name: names[type], runs };
  });
  return drawGroupCurves(groups, {
    title: 'Best validation accuracy so far',
    xTitle: 'Epochs of all trials',
    numImages,
  });
}
