import type { MonitorMode } from '@glyphlab/core';
import { cumulativeNormal } from 'vega-statistics';
import type { Distribution } from '../file/search-schema.ts';
import { dimensionOf } from './dimension.ts';
import { merit } from './merit.ts';

/** A trial that has come to something. */
export interface JudgedTrial {
  /** What was drawn, as results show it, by key. */
  values: Readonly<Record<string, string>>;
  /** Monitored metric. */
  value: number;
  /** Whether it was stopped early: then it is never one of the best. */
  isStopped?: boolean;
}

/** With fewer trials there is nothing to say. */
const FEWEST_TRIALS = 20;
/** The best of which a key is important for. */
const TARGET = 0.1;
/** A number's range is cut into so many. */
const MOST_CELLS = 50;

/**
 * How much each key mattered for being among the best tenth: PED-ANOVA (Watanabe et al., IJCAI 2023), the Pearson divergence of the
 * best trials' density from that of all. As Optuna 5's `PedAnovaImportanceEvaluator`, whose figures a test holds it to.
 *
 * @returns shares by key, which sum up to 1, the largest first; empty if there are too few trials, or all are alike
 */
export function importances(
  space: Readonly<Record<string, Distribution>>,
  trials: readonly JudgedTrial[],
  mode: MonitorMode,
): Map<string, number> {
  const finished = trials.filter(({ value, isStopped }) => Number.isFinite(value) && !isStopped);
  if (trials.length < FEWEST_TRIALS || finished.length === 0) return new Map();
  const merits = finished.map(({ value }) => merit(value, mode)).toSorted((a, b) => b - a);
  const cut = merits[Math.min(Math.ceil(TARGET * trials.length), merits.length) - 1]!;
  const best = finished.filter(({ value }) => merit(value, mode) >= cut);
  const divergences = Object.entries(space).map(([key, distribution]) => {
    const [top, all] = [best, trials].map((some) => density(distribution, some.map(({ values }) => values[key] ?? ''))); // prettier-ignore
    const sum = top!.reduce((total, share, cell) => total + all![cell]! * (share / all![cell]! - 1) ** 2, 0);
    return [key, sum] as const;
  });
  const total = divergences.reduce((sum, [, divergence]) => sum + divergence, 0);
  if (!(total > 0)) return new Map();
  return new Map(divergences.map(([key, divergence]) => [key, divergence / total] as const).toSorted((a, b) => b[1] - a[1])); // prettier-ignore
}

/** Keeps a ratio of densities finite. */
const LEAST = 1e-12;

/** A kernel at each cell that was drawn, as heavy as it was often, and one as wide as the space, as heavy as one trial. */
function density(distribution: Distribution, labels: readonly string[]): number[] {
  const cells = cellsOf(distribution);
  const counts = Array<number>(cells.count).fill(0);
  for (const label of labels) {
    const cell = cells.at(label);
    if (counts[cell] !== undefined) counts[cell]++;
  }
  const observed = counts.flatMap((count, cell) => (count > 0 ? [{ cell, count }] : []));
  const sum = observed.reduce((total, { count }) => total + count, 0) + 1;
  const kernels = distribution.choice ? optionKernels(observed, cells.count) : normalKernels(observed, cells.count);
  return counts.map((_, cell) =>
    kernels.reduce((total, kernel, k) => total + ((observed[k]?.count ?? 1) / sum) * kernel(cell), LEAST),
  );
}

/** The cells that a range or the options are cut into, and the one that a value lies in. */
function cellsOf(distribution: Distribution): { count: number; at(label: string): number } {
  const { uniform, logUniform, randInt, logRandInt, choice } = distribution;
  const { coordinateOf } = dimensionOf(distribution);
  if (choice) return { count: Array.isArray(choice) ? choice.length : Object.keys(choice).length, at: coordinateOf };
  const [min, max] = (uniform ?? logUniform ?? randInt ?? logRandInt) as [number, number];
  const values = max - min + 1;
  const most = randInt ? values : logRandInt ? Math.ceil(Math.log2(values)) + 1 : MOST_CELLS;
  const count = Math.max(2, Math.min(most, MOST_CELLS));
  const [low, high] = [coordinateOf(String(min)), coordinateOf(String(max))];
  const size = (high - low) / (count - 1);
  // What lies halfway between two belongs to the lower one.
  const at = (label: string): number => Math.ceil((coordinateOf(label) - low) / size - 0.5);
  return { count, at: (label) => Math.min(count - 1, Math.max(0, at(label))) };
}

interface Observed {
  cell: number;
  count: number;
}

type Kernel = (cell: number) => number;

function optionKernels(observed: readonly Observed[], count: number): Kernel[] {
  const rest = 1 / (observed.length + 1);
  const at = ({ cell: own }: Observed): Kernel => (cell) => (rest + (cell === own ? 1 : 0)) / (count * rest + 1); // prettier-ignore
  return [...observed.map(at), () => 1 / count];
}

/** Of the width that Scott's rule gives (Multivariate Density Estimation, 1992), and at least so wide that a cell holds 90 %. */
function normalKernels(observed: readonly Observed[], count: number): Kernel[] {
  const sum = observed.reduce((total, { count }) => total + count, 0);
  const mean = observed.reduce((total, { cell, count }) => total + cell * count, 0) / sum;
  const squares = observed.reduce((total, { cell, count }) => total + count * (cell - mean) ** 2, 0);
  const deviation = Math.min(quartileRange(observed, sum) / 1.34, Math.sqrt(squares / Math.max(1, sum - 1)));
  const width = Math.max(1.059 * deviation * sum ** -0.2, 0.5 / 1.64);
  return [...observed.map(({ cell }) => normalKernel(cell, width, count)), normalKernel((count - 1) / 2, count, count)];
}

function quartileRange(observed: readonly Observed[], sum: number): number {
  let passed = 0;
  const reached = observed.map(({ count }) => (passed += count));
  const last = observed.length - 1;
  const lower = reached.findIndex((weight) => weight >= Math.floor(sum / 4));
  const upper = reached.findIndex((weight) => weight > Math.floor((3 * sum) / 4));
  return observed[upper < 0 ? last : upper]!.cell - observed[lower]!.cell;
}

function normalKernel(mean: number, deviation: number, count: number): Kernel {
  const mass = (from: number, to: number): number =>
    cumulativeNormal(to, mean, deviation) - cumulativeNormal(from, mean, deviation);
  const within = mass(-0.5, count - 0.5);
  return (cell) => mass(cell - 0.5, cell + 0.5) / within;
}
