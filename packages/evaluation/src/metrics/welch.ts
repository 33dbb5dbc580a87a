import { spreadOf } from './spread.ts';

/**
 * Welch's test of whether two means differ, for samples of unequal spread: two-sided p, 0–1.
 * Source: Welch, Biometrika 34 (1947); the distribution of t by the incomplete beta function, Abramowitz and Stegun 26.5.27.
 *
 * @returns NaN if a sample has fewer than two values; 0 or 1 if neither has a spread
 */
export function welchTest(first: readonly number[], second: readonly number[]): number {
  if (first.length < 2 || second.length < 2) return NaN;
  const [a, b] = [spreadOf(first), spreadOf(second)];
  /** Squared standard errors of the means. */
  const [errorA, errorB] = [a.deviation! ** 2 / a.count, b.deviation! ** 2 / b.count];
  const error = errorA + errorB;
  if (error === 0) return a.mean === b.mean ? 1 : 0;
  const t = (a.mean - b.mean) / Math.sqrt(error);
  const freedom = error ** 2 / (errorA ** 2 / (a.count - 1) + errorB ** 2 / (b.count - 1));
  return incompleteBeta(freedom / (freedom + t ** 2), freedom / 2, 0.5);
}

/** Regularised, by its continued fraction (Lentz): Press et al., Numerical Recipes, §6.4. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 300; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      h *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return h;
}

/** Lanczos's approximation, g = 7. */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = coefficients.reduce((total, coefficient, k) => total + (k === 0 ? coefficient : coefficient / (x - 1 + k)), 0); // prettier-ignore
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
