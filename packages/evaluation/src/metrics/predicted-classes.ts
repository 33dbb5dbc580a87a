import type { Predictions } from '@glyphlab/core';

/** The likeliest class of each example, [n]; of equally likely ones the first, as `argmax` does. */
export function predictedClasses({ labels, probabilities, classNames }: Predictions): Int32Array {
  const numClasses = classNames.length;
  return Int32Array.from(labels, (_, n) => {
    const row = n * numClasses;
    let best = 0;
    for (let k = 1; k < numClasses; k++) if (probabilities[row + k]! > probabilities[row + best]!) best = k;
    return best;
  });
}

/** Counts, `[true][predicted]`. */
export function confusionOf({ labels, classNames }: Predictions, predicted: Int32Array): number[][] {
  const confusion = classNames.map(() => new Array<number>(classNames.length).fill(0));
  predicted.forEach((guess, n) => confusion[labels[n]!]![guess]!++);
  return confusion;
}

/** Share of the examples whose class is among the `k` likeliest, 0–1; of equally likely classes the first count as likelier. */
export function topKAccuracy({ labels, probabilities, classNames }: Predictions, k: number): number {
  const numClasses = classNames.length;
  let among = 0;
  labels.forEach((label, n) => {
    const row = n * numClasses;
    const own = probabilities[row + label]!;
    let likelier = 0;
    for (let c = 0; c < numClasses; c++) {
      const p = probabilities[row + c]!;
      if (p > own || (p === own && c < label)) likelier++;
    }
    if (likelier < k) among++;
  });
  return among / labels.length;
}
