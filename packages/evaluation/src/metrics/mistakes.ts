/** One wrong prediction. */
export interface Mistake {
  /** Position of the example in the evaluated split. */
  index: number;
  label: number;
  predicted: number;
  /** Probability of the predicted class, 0–1. */
  probability: number;
  /** Probability the true class was given, 0–1. */
  labelProbability: number;
}

/**
 * The wrong predictions with the highest loss, that is the least probability for the true class, worst first;
 * equal ones in the order of the examples.
 *
 * @param probabilities row-major `[n, numClasses]`
 */
export function worstMistakes(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  probabilities: Float32Array,
  numClasses: number,
  limit: number,
): Mistake[] {
  const mistakes: Mistake[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === predicted[i]) continue;
    mistakes.push({
      index: i,
      label: labels[i]!,
      predicted: predicted[i]!,
      probability: probabilities[i * numClasses + predicted[i]!]!,
      labelProbability: probabilities[i * numClasses + labels[i]!]!,
    });
  }
  return mistakes.sort((a, b) => a.labelProbability - b.labelProbability).slice(0, limit);
}
