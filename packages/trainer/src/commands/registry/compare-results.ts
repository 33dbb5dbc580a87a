import { percent, presentMetric, textTable } from '@glyphlab/core';
import type { Run } from '@glyphlab/mlflow-client';

/** What a run reached on its test split. */
export interface Result {
  run: { id: string; name: string };
  /** 0–1; undefined if it was never measured. */
  accuracy: number | undefined;
  loss: number | undefined;
  testData: { name: string; digest: string } | undefined;
}

export interface Verdict {
  accepted: boolean;
  /** A sentence for a person. */
  reason: string;
}

export function resultOf({ runId, name, metrics, datasets }: Run): Result {
  const values = new Map(Object.entries(metrics).map(([key, { value }]) => [presentMetric(key), value]));
  const test = datasets.find(({ context }) => context === 'test');
  return {
    run: { id: runId, name },
    accuracy: values.get('test_accuracy'),
    loss: values.get('test_loss'),
    testData: test && { name: test.name, digest: test.digest },
  };
}

/**
 * Whether a candidate may take the place of a champion: its test accuracy must be no lower, on the same images.
 *
 * @param champion undefined if there is none yet
 */
export function compareResults(candidate: Result, champion: Result | undefined): Verdict {
  const refuse = (reason: string): Verdict => ({ accepted: false, reason });
  if (candidate.accuracy === undefined) return refuse('The run has no test accuracy.');
  if (!champion) return { accepted: true, reason: 'There was none before.' };
  if (champion.accuracy === undefined) return refuse('The present one has no test accuracy to compare with.');
  if (!candidate.testData || candidate.testData.digest !== champion.testData?.digest)
    return refuse('They were not measured on the same test images.');
  const figures = `${percent(candidate.accuracy)} against ${percent(champion.accuracy)} test accuracy`;
  if (candidate.accuracy < champion.accuracy) return refuse(`The run is worse: ${figures}.`);
  return { accepted: true, reason: `It has ${figures}.` };
}

/** Both results side by side, a line each for run, accuracy, loss and data. */
export function resultTable(columns: readonly (readonly [title: string, result: Result])[]): string {
  const rows = [
    ['', ...columns.map(([title]) => title)],
    ['run', ...columns.map(([, { run }]) => `${run.name} ${run.id.slice(0, 8)}`)],
    ['test accuracy', ...columns.map(([, { accuracy }]) => (accuracy === undefined ? 'none' : percent(accuracy)))],
    ['test loss', ...columns.map(([, { loss }]) => loss?.toFixed(4) ?? 'none')],
    ['test data', ...columns.map(([, { testData }]) => (testData ? `${testData.name} ${testData.digest}` : 'unknown'))],
  ];
  return textTable(rows)
    .map((line) => `${line}\n`)
    .join('');
}
