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
  const counts = new Float64Array(BINS);
  const correct = new Float64Array(BINS);
  const confidence = new Float64Array(BINS);
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1, probabilities[i * numClasses + predicted[i]!]!);
    const bin = Math.max(0, Math.ceil(p * BINS) - 1);
    counts[bin]!++;
    confidence[bin]! += p;
    if (predicted[i] === labels[i]) correct[bin]!++;
  }

  let expected = 0;
  let maximum = 0;
  const bins = Array.from(counts, (count, m): CalibrationBin => {
    const bin = {
      lower: m / BINS,
      upper: (m + 1) / BINS,
      count,
      accuracy: count && correct[m]! / count,
      confidence: count && confidence[m]! / count,
    };
    const gap = Math.abs(bin.accuracy - bin.confidence);
    expected += (count / labels.length) * gap;
    maximum = Math.max(maximum, gap);
    return bin;
  });
  return { expectedCalibrationError: expected, maximumCalibrationError: maximum, bins };
}
