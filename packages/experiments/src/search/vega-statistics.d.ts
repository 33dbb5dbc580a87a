/** The package has no types of its own. */
declare module 'vega-statistics' {
  export function cumulativeNormal(value: number, mean: number, stdev: number): number;
  export function densityNormal(value: number, mean: number, stdev: number): number;
  export function quantileNormal(probability: number, mean: number, stdev: number): number;
}
