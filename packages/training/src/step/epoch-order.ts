import { randomBeta } from 'd3-random';
import seedrandom from 'seedrandom';

/**
 * The rows of one epoch in random order (Fisher–Yates): the same for the same seed and epoch, so that a resumed run goes on alike.
 * @param epoch from 1
 */
export function epochOrder(size: number, seed: number, epoch: number): Int32Array {
  const random = seedrandom.alea(`order/${seed}/${epoch}`);
  const rows = Int32Array.from({ length: size }, (_, k) => k);
  for (let k = size - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    const row = rows[k]!;
    rows[k] = rows[other]!;
    rows[other] = row;
  }
  return rows;
}

/** Share of the first image in a mixture: Beta(α, α) (Zhang et al. 2018), the same for the same seed and step. */
export function mixShare(alpha: number, seed: number, iteration: number): number {
  return randomBeta.source(seedrandom.alea(`mix/${seed}/${iteration}`))(alpha, alpha)();
}
