import { expect, test } from 'vitest';
import { findLabelErrors } from './label-errors.ts';

/** @param percent of each class but the last, an image each */
const predictions = (labels: string, percent: readonly (readonly number[])[]) => ({
  labels: Uint8Array.from(labels, Number),
  probabilities: Float32Array.from(
    percent.flatMap((shares) => [...shares, 100 - shares.reduce((sum, share) => sum + share, 0)]).map((p) => p / 100),
  ),
  classNames: ['a', 'b', 'c'].slice(0, percent[0]!.length + 1),
});

test('the joint and what is pruned, counted by hand', () => {
  // Labels a: four sure of a, one sure of b. Labels b: two sure of b, one unsure, one unsure of a.
  const a = [[90], [90], [80], [90], [5]];
  const b = [[10], [20], [45], [60]];
  const { joint, found } = findLabelErrors(predictions('000001111', [...a, ...b]));
  // Thresholds: a 0.71, b 0.6625. a has four at a (90, 90, 80, 90) and one at b (95); b has two at b (90, 80), none at a.
  expect(joint).toEqual([
    [4, 1],
    [0, 4],
  ]);
  expect(found).toEqual([{ index: 4, label: 0, suggested: 1, margin: expect.closeTo(-0.9, 6) as number }]);
});

test('a class without images breaks nothing; of classes that are as likely, the label stands', () => {
  const { joint, found } = findLabelErrors(predictions('0011', [[50, 50], [50, 50], [50, 50], [50, 50]])); // prettier-ignore
  expect(joint[2]).toEqual([0, 0, 0]);
  expect(found).toEqual([]);
});

test('finds what cleanlab 2.9.0 finds on the same predictions, in its order', () => {
  const { found } = findLabelErrors(predictions(LABELS, PERCENT));
  expect(found.map(({ index }) => index)).toEqual(FOUND);
});

// Made with NumPy: 90 images, labels changed with a chance of 12 %; find_label_issues(labels, probabilities, filter_by =
// "prune_by_noise_rate", return_indices_ranked_by = "normalized_margin", min_examples_per_class = 0).
const LABELS = '010112120002120011110100120201120111020220220011200101220111222202101220120000020221101010';
// prettier-ignore
const PERCENT = [[92, 7], [12, 76], [89, 6], [1, 92], [19, 67], [3, 6], [52, 19], [3, 17], [94, 3], [82, 16], [88, 3], [2, 1], [1, 98], [7, 18], [0, 3], [91, 4], [1, 85], [7, 87], [5, 89], [6, 93], [71, 17], [1, 93], [91, 4], [92, 4], [5, 75], [19, 36], [68, 13], [1, 8], [61, 31], [3, 90], [2, 94], [1, 0], [92, 4], [4, 92], [2, 93], [27, 39], [93, 4], [2, 1], [74, 3], [71, 12], [6, 23], [88, 4], [2, 7], [96, 2], [87, 11], [91, 7], [29, 66], [4, 92], [4, 4], [88, 11], [87, 4], [1, 95], [35, 24], [1, 97], [17, 2], [14, 24], [93, 4], [12, 72], [7, 92], [19, 49], [6, 36], [3, 5], [2, 17], [8, 13], [97, 1], [31, 8], [1, 99], [54, 1], [3, 94], [38, 13], [94, 4], [68, 4], [64, 21], [84, 12], [70, 25], [43, 10], [78, 13], [80, 10], [37, 2], [2, 11], [88, 2], [25, 18], [8, 81], [1, 98], [2, 95], [61, 37], [3, 89], [22, 75], [3, 96], [98, 1]];
// prettier-ignore
const FOUND = [14, 43, 70, 73, 39, 78];
