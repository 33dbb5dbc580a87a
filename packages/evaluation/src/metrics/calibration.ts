/** Predictions whose confidence lies in (`lower`, `upper`]. */
export interface CalibrationBin {
  lower: number;
  upper: number;
  count: number;
  /** Share that was right, 0–1; 0 in an empty bin. */
  accuracy: number;
  /** Mean probability of the predicted class, 0–1; 0 in an empty bin. */
  confidence: number;
}

/** Whether a confidence of 80 % is right in 80 % of the cases. */
export interface Calibration {
  /** Mean distance of accuracy from confidence, weighted by the bins' counts, 0–1. */
  expectedCalibrationError: number;
  /** Largest such distance over the bins that hold examples, 0–1. */
  maximumCalibrationError: number;
  bins: CalibrationBin[];
}

/** Bins of Guo et al.'s experiments. */
const BINS = 15;

/**
 * Expected and maximum calibration error over equally wide bins of confidence, the probability of the predicted class.
 * Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, §2 (equations 2 to 5).
 *
 * @param probabilities row-major `[n, numClasses]`
 */
export function measureCalibration(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  probabilities: Float32Array,
  numClasses: number,
): Calibration {
  const confidence = Float32Array.from(labels, (_, i) => probabilities[i * numClasses + predicted[i]!]!);
  const bins = calibrationBins(labels, predicted, confidence, BINS);
  let expected = 0;
  let maximum = 0;
  for (const { count, accuracy, confidence } of bins) {
    const gap = Math.abs(accuracy - confidence);
    expected += (count / labels.length) * gap;
    maximum = Math.max(maximum, gap);
  }
  return { expectedCalibrationError: expected, maximumCalibrationError: maximum, bins };
}

/**
 * Equally wide bins of confidence, and how often predictions in each are right.
 *
 * @param confidence probability of each predicted class, 0–1
 */
export function calibrationBins(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  confidence: ArrayLike<number>,
  numBins: number,
): CalibrationBin[] {
  const counts = new Float64Array(numBins);
  const correct = new Float64Array(numBins);
  const sums = new Float64Array(numBins);
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1, confidence[i]!);
    const bin = Math.max(0, Math.ceil(p * numBins) - 1);
    counts[bin]!++;
    sums[bin]! += p;
    if (predicted[i] === labels[i]) correct[bin]!++;
  }
  return Array.from(counts, (count, m) => ({
    lower: m / numBins,
    upper: (m + 1) / numBins,
    count,
    accuracy: count && correct[m]! / count,
    confidence: count && sums[m]! / count,
  }));
}
