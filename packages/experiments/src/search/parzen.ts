import { cumulativeNormal, densityNormal, quantileNormal } from 'vega-statistics';
import type { ChoiceDimension, Dimension, NumberDimension } from './dimension.ts';

/** Coordinates of a configuration, one a dimension. */
export type Point = readonly number[];

/** Gives numbers from 0 up to, not including, 1. */
export type Random = () => number;

/** A kernel is never narrower than the range divided by this, or by the number of kernels. */
const MOST_KERNELS_SIDE_BY_SIDE = 100;

/**
 * The density of configurations around those that were observed: a mixture of kernels, one an observation and one as wide as the
 * space, each a product over the dimensions. Numbers have normal kernels cut off at the ends of their range; options have the
 * observed one more likely than the rest.
 *
 * Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011, section 4, in the multivariate form of Falkner et
 * al., "BOHB", ICML 2018, with the widths and the prior of Optuna 5's multivariate sampler.
 */
export class ParzenEstimator {
  readonly #kernels: readonly (readonly Kernel[])[];
  /** Sums up to 1. */
  readonly #weights: readonly number[];

  /** @param weights one an observation; that of the kernel as wide as the space is 1 */
  constructor(dimensions: readonly Dimension[], observed: readonly Point[], weights: readonly number[]) {
    const numKernels = observed.length + 1;
    const all = [...weights, 1];
    const sum = all.reduce((total, weight) => total + weight, 0);
    this.#weights = all.map((weight) => weight / sum);
    const columns = dimensions.map((dimension, index) => {
      const seen = observed.map((point) => point[index]!);
      return dimension.kind === 'choice'
        ? [...seen, undefined].map((option) => optionKernel(dimension, option, numKernels))
        : normalKernels(dimension, seen);
    });
    this.#kernels = [...observed, undefined].map((_, kernel) => columns.map((column) => column[kernel]!));
  }

  sample(random: Random): number[] {
    return this.#kernels[pick(this.#weights, random())]!.map((kernel) => kernel.sample(random()));
  }

  /** Natural logarithm of the density, or of the probability in dimensions of whole numbers and options. */
  logDensity(point: Point): number {
    const logs = this.#kernels.map(
      (kernels, index) =>
        Math.log(this.#weights[index]!) +
        kernels.reduce((sum, kernel, dimension) => sum + Math.log(kernel.density(point[dimension]!)), 0),
    );
    const highest = Math.max(...logs);
    if (!Number.isFinite(highest)) return -Infinity;
    return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0));
  }
}

/** Index of the share in which `u` lies, where they stand one after the other. @param shares sum up to 1 */
function pick(shares: readonly number[], u: number): number {
  let [index, passed] = [0, shares[0]!];
  while (passed <= u && index < shares.length - 1) passed += shares[++index]!;
  return index;
}

interface Kernel {
  /** @param u from 0 up to, not including, 1 */
  sample(u: number): number;
  density(coordinate: number): number;
}

function optionKernel({ options }: ChoiceDimension, observed: number | undefined, numKernels: number): Kernel {
  const raw = options.map((_, index) => 1 / numKernels + (index === observed ? 1 : 0));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const shares = raw.map((weight) => weight / sum);
  return {
    sample: (u) => pick(shares, u),
    density: (index) => shares[index]!,
  };
}

/**
 * One a coordinate, as wide as the larger of the gaps to its neighbours (of the outermost the gap to the one neighbour), and one as
 * wide as the range.
 */
function normalKernels(dimension: NumberDimension, seen: readonly number[]): Kernel[] {
  const { low, high } = dimension;
  const range = high - low;
  const narrowest = range / Math.min(MOST_KERNELS_SIDE_BY_SIDE, 2 + seen.length);
  const order = seen.map((_, index) => index).toSorted((a, b) => seen[a]! - seen[b]!);
  const isAlone = seen.length < 2;
  const kernels: Kernel[] = [];
  for (const [rank, index] of order.entries()) {
    const mean = seen[index]!;
    const before = rank > 0 ? mean - seen[order[rank - 1]!]! : isAlone ? mean - low : 0;
    const after = rank < order.length - 1 ? seen[order[rank + 1]!]! - mean : isAlone ? high - mean : 0;
    kernels[index] = normalKernel(dimension, mean, Math.min(range, Math.max(narrowest, before, after)));
  }
  return [...kernels, normalKernel(dimension, (low + high) / 2, range)];
}

function normalKernel({ low, high, stretchAt }: NumberDimension, mean: number, deviation: number): Kernel {
  const [below, above] = [cumulativeNormal(low, mean, deviation), cumulativeNormal(high, mean, deviation)];
  const within = above - below;
  return {
    sample: (u) => Math.min(high, Math.max(low, quantileNormal(below + u * within, mean, deviation))),
    density(coordinate) {
      if (!stretchAt) return densityNormal(coordinate, mean, deviation) / within;
      const [from, to] = stretchAt(coordinate);
      return (cumulativeNormal(to, mean, deviation) - cumulativeNormal(from, mean, deviation)) / within;
    },
  };
}
