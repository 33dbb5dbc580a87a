import type { Distribution } from '../file/search-schema.ts';
import { type Drawn, optionsOf, rounded } from './draw.ts';

/** A key of a search space as estimators see it: a number on a line, in logarithms where the key is drawn so, or one of a few options. */
export type Dimension = NumberDimension | ChoiceDimension;

export interface NumberDimension {
  kind: 'number';
  low: number;
  high: number;
  /** Of what stands in results; outside of [low, high] if it is not of this space. */
  coordinateOf: (label: string) => number;
  drawnAt: (coordinate: number) => Drawn;
  /** The stretch that is rounded to one whole number; undefined where every coordinate is a value of its own. */
  stretchAt: ((coordinate: number) => readonly [number, number]) | undefined;
}

export interface ChoiceDimension {
  kind: 'choice';
  options: readonly Drawn[];
  /** Index of the option; −1 if it is not of this space. */
  coordinateOf: (label: string) => number;
  drawnAt: (coordinate: number) => Drawn;
}

export function dimensionOf(distribution: Distribution): Dimension {
  const { uniform, logUniform, randInt, logRandInt, choice } = distribution;
  if (choice) {
    const options = optionsOf(choice);
    const coordinateOf = (label: string): number => options.findIndex((option) => option.label === label);
    return { kind: 'choice', options, coordinateOf, drawnAt: (index) => options[index]! };
  }
  const isLogarithmic = logUniform !== undefined || logRandInt !== undefined;
  const isWhole = randInt !== undefined || logRandInt !== undefined;
  const [min, max] = (uniform ?? logUniform ?? randInt ?? logRandInt) as [number, number];
  const to = isLogarithmic ? Math.log : (value: number) => value;
  const from = isLogarithmic ? Math.exp : (coordinate: number) => coordinate;
  // A whole number owns what is rounded to it.
  const margin = isWhole ? 0.5 : 0;
  const round = isWhole ? Math.round : rounded;
  const valueAt = (coordinate: number): number => Math.min(max, Math.max(min, round(from(coordinate))));
  return {
    kind: 'number',
    low: to(min - margin),
    high: to(max + margin),
    coordinateOf: (label) => to(Number(label)),
    drawnAt: (coordinate) => ({ label: String(valueAt(coordinate)), value: valueAt(coordinate) }),
    stretchAt: isWhole
      ? (coordinate) => [to(valueAt(coordinate) - margin), to(valueAt(coordinate) + margin)]
      : undefined,
  };
}

/** Whether a value is one that the dimension could give. */
export function contains(dimension: Dimension, coordinate: number): boolean {
  if (dimension.kind === 'choice') return coordinate >= 0;
  return coordinate >= dimension.low && coordinate <= dimension.high;
}

/** The value that results show so. */
export function drawnOf(distribution: Distribution, label: string): Drawn {
  const dimension = dimensionOf(distribution);
  const coordinate = dimension.coordinateOf(label);
  return dimension.kind === 'choice' ? dimension.drawnAt(coordinate) : { label, value: Number(label) };
}
