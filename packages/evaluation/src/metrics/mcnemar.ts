/** How two classifiers differ on the same images. */
export interface McNemar {
  /** Images that only the first reads right, and only the second. */
  onlyFirst: number;
  onlySecond: number;
  /** Two-sided: how likely so great a difference is by chance alone, 0–1. */
  p: number;
}

/**
 * McNemar's exact test: under the null hypothesis each image on which one of two classifiers errs is as likely to be either's
 * (binomial, p = 1/2). Source: McNemar, Psychometrika 12 (1947); Dietterich, Neural Computation 10 (1998), §3.1.
 *
 * @param first whether the first is right on each image, in the order of `second`
 */
export function mcnemarExact(first: ArrayLike<boolean>, second: ArrayLike<boolean>): McNemar {
  let [onlyFirst, onlySecond] = [0, 0];
  for (let k = 0; k < first.length; k++) {
    if (first[k] && !second[k]) onlyFirst++;
    else if (second[k] && !first[k]) onlySecond++;
  }
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // In logarithms: 2^-n is 0 in float64 from n = 1075 on.
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * sum) };
}
