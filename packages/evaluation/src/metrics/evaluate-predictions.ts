import { DataError, GlyphlabError, type Predictions } from '@glyphlab/core';
import { measureCalibration, type Calibration } from './calibration.ts';
import { measureClasses, type ClassMetrics, type MacroAverages } from './class-metrics.ts';
import { worstMistakes, type Mistake } from './mistakes.ts';
import { confusionOf, predictedClasses, topKAccuracy } from './predicted-classes.ts';

export interface EvaluationOptions {
  /** How many of the likeliest classes may hold the true one in `topK`; default 3. */
  topK?: number;
  /** How many of the worst mistakes are kept; default 64. */
  maxMistakes?: number;
}

/** A classifier's results on one split. Plain data: `JSON.stringify` keeps all of it. */
export interface Evaluation {
  /** Examples evaluated. */
  count: number;
  classNames: readonly string[];
  /** Mean cross-entropy of the true class, in nats. */
  loss: number;
  /** Share of examples whose likeliest class is the true one, 0–1. */
  accuracy: number;
  /** Share of examples whose true class is among the `k` likeliest, 0–1. */
  topK: { k: number; accuracy: number };
  /** One entry a class, in the order of `classNames`. */
  perClass: ClassMetrics[];
  macro: MacroAverages;
  /** Counts, `confusion[true][predicted]`. */
  confusion: number[][];
  calibration: Calibration;
  /** The wrong predictions with the highest loss, worst first. */
  mistakes: Mistake[];
}

/** A true class that underflowed to 0 is taken as float32's smallest number, so that one example cannot make the loss infinite. */
const SMALLEST_PROBABILITY = 2 ** -149;

/**
 * Loss, accuracy, per-class figures, confusion matrix, calibration and worst mistakes of a set of predictions.
 * Of equally likely classes the first counts as predicted, as `argmax` does.
 *
 * @throws DataError if there are no examples, if sizes do not fit or a label is out of range; GlyphlabError if a probability is NaN
 */
export function evaluatePredictions(predictions: Predictions, options: EvaluationOptions = {}): Evaluation {
  const { labels, probabilities, classNames } = predictions;
  const { topK = 3, maxMistakes = 64 } = options;
  const count = labels.length;
  const numClasses = classNames.length;
  if (count === 0) throw new DataError('EVALUATION_EMPTY', 'There are no examples to evaluate.');
  if (probabilities.length !== count * numClasses) {
    throw new DataError(
      'EVALUATION_SIZE',
      `Expected probabilities [${count}, ${numClasses}], ${count * numClasses} values. Received: ${probabilities.length}.`,
    );
  }

  let lossSum = 0;
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (label < 0 || label >= numClasses) {
      throw new DataError(
        'EVALUATION_LABEL_RANGE',
        `Example ${i} has label ${label}; the ${numClasses} classes allow 0 to ${numClasses - 1}.`,
      );
    }
    const row = i * numClasses;
    if (probabilities.subarray(row, row + numClasses).some(Number.isNaN)) {
      throw new GlyphlabError('EVALUATION_NAN', `The probabilities of example ${i} hold NaN.`, {
        hint: 'The network has diverged: train it with a lower learning rate.',
      });
    }
    lossSum -= Math.log(Math.max(probabilities[row + label]!, SMALLEST_PROBABILITY));
  }

  const predicted = predictedClasses(predictions);
  const confusion = confusionOf(predictions, predicted);
  const correct = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  const { perClass, macro } = measureClasses(confusion, classNames);
  return {
    count,
    classNames,
    loss: lossSum / count,
    accuracy: correct / count,
    topK: { k: topK, accuracy: topKAccuracy(predictions, topK) },
    perClass,
    macro,
    confusion,
    calibration: measureCalibration(labels, predicted, probabilities, numClasses),
    mistakes: worstMistakes(labels, predicted, probabilities, numClasses, maxMistakes),
  };
}
