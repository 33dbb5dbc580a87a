import type { MonitorMode } from '@glyphlab/core';
import type { Distribution } from '../file/search-schema.ts';
import { contains, type Dimension, dimensionOf } from './dimension.ts';
import type { Drawn } from './draw.ts';
import { merit } from './merit.ts';
import { ParzenEstimator, type Point, type Random } from './parzen.ts';

/** A trial that has come to something. */
export interface Observation {
  /** What was drawn, as results show it, by key. */
  values: Readonly<Record<string, string>>;
  /** Monitored metric; undefined while it trains, which counts as bad, so that others look elsewhere. */
  value: number | undefined;
  /** Epochs after which it was stopped; undefined if it was trained to its end. */
  stoppedAfter?: number | undefined;
}

/**
 * Configurations of which the most promising is proposed. Optuna takes 24; with tens of trials behind it, the densities are too
 * rough to be trusted that far, and the best of many lies where the others are rare rather than where the good ones are (ADR 18).
 */
const CANDIDATES = 6;
/** Of the observations; Optuna's tenth leaves one good one among ten. BOHB has the same share (Falkner et al., ICML 2018). */
const GOOD_SHARE = 0.15;
/** At most so many observations are the good ones, and so many of the latest count in full. */
const MOST_GOOD = 25;

/**
 * What to try next: of a few configurations drawn near the good observations the one that is most likely among those and least
 * among the others. The tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011, section 4), multivariate and weighted as
 * in Optuna 5; trials that were stopped early come after those that were not, the longer ones first.
 *
 * @param observed in the order in which they began
 */
export function proposeTrial(
  space: Readonly<Record<string, Distribution>>,
  observed: readonly Observation[],
  mode: MonitorMode,
  random: Random,
): Record<string, Drawn> {
  const keys = Object.keys(space);
  const dimensions = keys.map((key) => dimensionOf(space[key]!));
  const { good, others } = splitObservations(observed, mode);
  const [likely, unlikely] = [estimate(keys, dimensions, good), estimate(keys, dimensions, others)];
  let best: { point: Point; gain: number } | undefined;
  for (let candidate = 0; candidate < CANDIDATES; candidate++) {
    const point = likely.sample(random);
    const gain = likely.logDensity(point) - unlikely.logDensity(point);
    if (!best || gain > best.gain) best = { point, gain };
  }
  return Object.fromEntries(keys.map((key, index) => [key, dimensions[index]!.drawnAt(best!.point[index]!)]));
}

/** The best share, rounded up, and the rest; each in the order in which they began. */
export function splitObservations(
  observed: readonly Observation[],
  mode: MonitorMode,
): { good: Observation[]; others: Observation[] } {
  const known = observed.filter(({ value }) => value !== undefined);
  const numGood = Math.min(Math.ceil(GOOD_SHARE * known.length), MOST_GOOD);
  const meritOf = ({ value }: Observation): number => merit(value, mode);
  const inOrder = known.toSorted(
    (a, b) =>
      (b.stoppedAfter ?? Infinity) - (a.stoppedAfter ?? Infinity) ||
      Number(meritOf(b) > meritOf(a)) - Number(meritOf(b) < meritOf(a)),
  );
  const best = new Set(inOrder.slice(0, numGood).filter((observation) => Number.isFinite(meritOf(observation))));
  return {
    good: observed.filter((observation) => best.has(observation)),
    others: observed.filter((observation) => !best.has(observation)),
  };
}

function estimate(
  keys: readonly string[],
  dimensions: readonly Dimension[],
  observed: readonly Observation[],
): ParzenEstimator {
  // What an earlier space had and this one has not tells nothing of it.
  const points = observed
    .map(({ values }) => keys.map((key, index) => dimensions[index]!.coordinateOf(values[key] ?? '')))
    .filter((point) => point.every((coordinate, index) => contains(dimensions[index]!, coordinate)));
  return new ParzenEstimator(dimensions, points, weightsOf(points.length));
}

/** The latest 25 count in full, older ones the less the older they are. */
function weightsOf(count: number): number[] {
  const numOlder = Math.max(0, count - MOST_GOOD);
  return Array.from({ length: count }, (_, index) => {
    if (index >= numOlder) return 1;
    return numOlder === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * index) / (numOlder - 1);
  });
}
