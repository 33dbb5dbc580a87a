import type { MonitorMode } from '@glyphlab/core';
import { merit } from './merit.ts';

export interface AshaOptions {
  mode: MonitorMode;
  reductionFactor: number;
}

/**
 * Whether a trial goes on: if its value is among the best 1/η (rounded up) of those that have come to the rung so far, its own
 * included. Equal values stand equally well, one trial alone goes on, and NaN is worse than anything.
 *
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020,
 * arXiv:1810.05934) in its stopping variant: the paper's Algorithm 2 pauses every trial at a rung and promotes some later; here a
 * trial either goes on at once or is stopped for good. So do Ray Tune's `ASHAScheduler` and Syne Tune's `HyperbandScheduler` of
 * type "stopping", whose cut at the quantile 1/η of two or more values lets the same ones through.
 *
 * @param values at the rung, the trial's own among them
 */
export function goesOn(value: number, values: readonly number[], { mode, reductionFactor }: AshaOptions): boolean {
  const better = values.filter((other) => merit(other, mode) > merit(value, mode)).length;
  return better < Math.ceil(values.length / reductionFactor);
}
