import { drawGroupCurves, drawGroupScores, type ExperimentRun, type RunGroup } from '@glyphlab/evaluation';
import { figuresOf, isFinished, type MemberResult } from './member-result.ts';
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
  for (const { dataset, groups } of datasets) {
    const shown: RunGroup[] = groups
      .map(({ name, results }) => ({ name, runs: results.filter(isFinished).map(toExperimentRun) }))
      .filter(({ runs }) => runs.length > 0);
    if (shown.length === 0) continue;
    const file = (name: string): string => `figures/${dataset}-${name}.png`;
    const [scores, curves] = [`Test accuracy on ${dataset}`, `Validation accuracy on ${dataset}`];
    drawn.push(
      { dataset, title: scores, file: file('test-accuracy'), png: await drawGroupScores(shown, { title: scores }) },
      { dataset, title: curves, file: file('val-accuracy'), png: await drawGroupCurves(shown, { title: curves }) },
    );
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
