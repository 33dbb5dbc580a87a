import type { Predictions } from '@glyphlab/core';
import { predictedClasses } from './predicted-classes.ts';

/** An image whose label is probably wrong. */
export interface LabelError {
  /** Of the image among the predictions, from 0. */
  index: number;
  /** Class numbers: as it is labelled, and as the network reads it. */
  label: number;
  suggested: number;
  /** Probability of the label less that of the class that the network gives, −1 to 0: the lower, the surer. */
  margin: number;
}

export interface LabelErrors {
  /** The surest first. */
  found: LabelError[];
  /** Estimated count of images with the label of the row that are of the class of the column, [classes][classes]. */
  joint: number[][];
}

/**
 * Labels that are probably wrong, by confident learning (Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in
 * Dataset Labels", §3): the confident joint, calibrated, tells how many images of each class bear each other label, and so many of those
 * with the greatest margin are pruned ("prune by noise rate"). As in cleanlab, an image that the network reads as its label says is not.
 *
 * @param predictions of networks that have not learnt from the images: out-of-fold ones
 */
export function findLabelErrors(predictions: Predictions): LabelErrors {
  const { labels, probabilities, classNames } = predictions;
  const numClasses = classNames.length;
  const at = (image: number, k: number): number => probabilities[image * numClasses + k]!;
  const imagesOf: number[][] = classNames.map(() => []);
  labels.forEach((label, image) => imagesOf[label]!.push(image));
  const joint = calibrated(confidentJoint(predictions, imagesOf), imagesOf);
  const predicted = predictedClasses(predictions);
  const wrong = new Set<number>();
  for (const [label, images] of imagesOf.entries()) {
    for (const [other, share] of joint[label]!.entries()) {
      if (other === label) continue;
      const margin = (image: number): number => at(image, other) - at(image, label);
      const pruned = images.toSorted((a, b) => margin(b) - margin(a)).slice(0, Math.round(share));
      for (const image of pruned) if (at(image, predicted[image]!) > at(image, label)) wrong.add(image);
    }
  }
  const found = [...wrong].map((index): LabelError => {
    const [label, suggested] = [labels[index]!, predicted[index]!];
    return { index, label, suggested, margin: at(index, label) - at(index, suggested) };
  });
  return { found: found.sort((a, b) => a.margin - b.margin || a.index - b.index), joint };
}

/**
 * Counts images by their label and the class that they are confidently of: the likeliest of those whose probability is at least the mean
 * that images of that label have for it (eq. 1 and 2).
 */
function confidentJoint({ probabilities, classNames }: Predictions, imagesOf: readonly number[][]): number[][] {
  const numClasses = classNames.length;
  const thresholds = imagesOf.map(
    (images, k) => images.reduce((sum, image) => sum + probabilities[image * numClasses + k]!, 0) / images.length,
  );
  const at = (image: number, k: number): number => probabilities[image * numClasses + k]!;
  return imagesOf.map((images, label) => {
    const counts = Array<number>(numClasses).fill(0);
    for (const image of images) {
      // Of a class without images the threshold is NaN: nothing reaches it.
      const isOf = (k: number): boolean => at(image, k) >= thresholds[k]!;
      let best = isOf(label) ? label : -1;
      for (let k = 0; k < numClasses; k++) if (isOf(k) && (best < 0 || at(image, k) > at(image, best))) best = k;
      if (best >= 0) counts[best]!++;
    }
    return counts;
  });
}

/** Makes each row sum to the images with its label (eq. 3, but in images). A row without a count keeps them all. */
const calibrated = (joint: readonly number[][], imagesOf: readonly number[][]): number[][] =>
  joint.map((counts, label) => {
    const [size, sum] = [imagesOf[label]!.length, counts.reduce((all, count) => all + count, 0)];
    return counts.map((count, k) => (sum > 0 ? (count * size) / sum : k === label ? size : 0));
  });
