import type { Split } from '../dataset.ts';

/** Images of each class, [numClasses]. */
export function classCounts({ labels }: Split, numClasses: number): number[] {
  const counts = Array<number>(numClasses).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
