/** Mean and spread of the finite values. */
export interface Spread {
  /** NaN if there are none. */
  mean: number;
  /** Sample standard deviation (n − 1); undefined below two values, which have none. */
  deviation: number | undefined;
  count: number;
}

export function spreadOf(all: readonly number[]): Spread {
  const values = all.filter(Number.isFinite);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : undefined, count };
}

/** As `99.41 ± 0.03`; a dash if there is no value. */
export function formatSpread({ mean, deviation }: Spread, digits: number, factor = 1): string {
  if (!Number.isFinite(mean)) return '–';
  const plusMinus = deviation === undefined ? '' : ` ± ${(factor * deviation).toFixed(digits)}`;
  return `${(factor * mean).toFixed(digits)}${plusMinus}`;
}
