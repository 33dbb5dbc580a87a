import type { Predictions } from '@glyphlab/trainer';

export const worstClassRecall =
  () =>
  ({ labels, probabilities, classNames }: Predictions): number => {
    const classes = classNames.length;
    const [found, there] = [Array<number>(classes).fill(0), Array<number>(classes).fill(0)];
    labels.forEach((label, n) => {
      const row = probabilities.subarray(n * classes, (n + 1) * classes);
      there[label]!++;
      if (row.indexOf(Math.max(...row)) === label) found[label]!++;
    });
    return Math.min(...found.map((count, k) => count / Math.max(1, there[k]!)));
  };
