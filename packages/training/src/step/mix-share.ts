import { randomBeta } from 'd3-random';
import seedrandom from 'seedrandom';

/** Share of the first image in a mixture: Beta(α, α) (Zhang et al. 2018), the same for the same seed and step. */
export function mixShare(alpha: number, seed: number, iteration: number): number {
  return randomBeta.source(seedrandom.alea(`mix/${seed}/${iteration}`))(alpha, alpha)();
}
