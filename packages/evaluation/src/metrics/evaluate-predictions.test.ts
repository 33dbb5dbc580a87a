import { DataError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { evaluatePredictions } from './evaluate-predictions.ts';

/** Probabilities that put most on the given classes. */
function confident(predicted: number[], numClasses: number): Float32Array {
  const rest = 0.1 / (numClasses - 1);
  return Float32Array.from({ length: predicted.length * numClasses }, (_, i) =>
    i % numClasses === predicted[Math.floor(i / numClasses)] ? 0.9 : rest,
  );
}

test('loss agrees with the example of scikit-learn’s log_loss', () => {
  const probabilities = Float32Array.from([0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65]);
  const labels = Uint8Array.from([1, 0, 0, 1]);
  const { loss, accuracy } = evaluatePredictions({ labels, probabilities, classNames: ['ham', 'spam'] });
  expect(loss).toBeCloseTo(0.21616, 5);
  expect(accuracy).toBe(1);
});

test('the confusion matrix agrees with the example of scikit-learn’s confusion_matrix', () => {
  const { confusion, accuracy, count } = evaluatePredictions({
    labels: Int32Array.from([2, 0, 2, 2, 0, 1]),
    probabilities: confident([0, 0, 2, 2, 0, 2], 3),
    classNames: ['a', 'b', 'c'],
  });
  expect(confusion).toEqual([
    [2, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
  ]);
  expect(accuracy).toBeCloseTo(4 / 6);
  expect(count).toBe(6);
});

test('top-k accuracy agrees with the example of scikit-learn’s top_k_accuracy_score', () => {
  const probabilities = Float32Array.from([0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1]);
  const predictions = { labels: Uint8Array.from([0, 1, 2, 2]), probabilities, classNames: ['a', 'b', 'c'] };
  expect(evaluatePredictions(predictions, { topK: 2 }).topK).toEqual({ k: 2, accuracy: 0.75 });
  expect(evaluatePredictions(predictions, { topK: 1 }).topK.accuracy).toBe(evaluatePredictions(predictions).accuracy);
});

test('of equally likely classes the first is predicted', () => {
  const predictions = {
    labels: Uint8Array.of(0, 1),
    probabilities: new Float32Array(4).fill(0.5),
    classNames: ['a', 'b'],
  };
  expect(evaluatePredictions(predictions, { topK: 1 })).toMatchObject({ accuracy: 0.5, topK: { accuracy: 0.5 } });
});

test('a probability that underflowed gives a high but finite loss', () => {
  const { loss } = evaluatePredictions({
    labels: Uint8Array.of(0),
    probabilities: Float32Array.of(0, 1),
    classNames: ['a', 'b'],
  });
  expect(loss).toBeCloseTo(149 * Math.LN2, 6);
});

test('the worst mistakes are those that gave the true class least', () => {
  const probabilities = Float32Array.from([0.4, 0.6, 0.9, 0.1, 0.05, 0.95, 0.7, 0.3]);
  const predictions = { labels: Uint8Array.of(0, 0, 0, 1), probabilities, classNames: ['a', 'b'] };
  const { mistakes } = evaluatePredictions(predictions, { maxMistakes: 2 });
  expect(mistakes.map(({ index }) => index)).toEqual([2, 3]);
  expect(mistakes[0]).toMatchObject({ label: 0, predicted: 1 });
  expect(mistakes[0]!.probability).toBeCloseTo(0.95);
  expect(mistakes[0]!.labelProbability).toBeCloseTo(0.05);
});

test('an evaluation survives JSON', () => {
  const evaluation = evaluatePredictions({
    labels: Uint8Array.of(0, 1, 1),
    probabilities: confident([0, 1, 0], 2),
    classNames: ['a', 'b'],
  });
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
});

test.each([
  ['EVALUATION_EMPTY', [], []],
  ['EVALUATION_SIZE', [0, 1], [0.5, 0.5]],
  ['EVALUATION_LABEL_RANGE', [2], [0.5, 0.5]],
  ['EVALUATION_LABEL_RANGE', [-1], [0.5, 0.5]],
])('%s', (code, labels, probabilities) => {
  const run = () =>
    evaluatePredictions({
      labels: Int32Array.from(labels),
      probabilities: Float32Array.from(probabilities),
      classNames: ['a', 'b'],
    });
  expect(run).toThrow(DataError);
  expect(run).toThrow(expect.objectContaining({ code }));
});

test('a network that says NaN has failed: what was given is not wrong', () => {
  const run = () =>
    evaluatePredictions({
      labels: Int32Array.of(0, 0),
      probabilities: Float32Array.of(0.5, 0.5, NaN, NaN),
      classNames: ['a', 'b'],
    });
  expect(run).toThrow(expect.objectContaining({ code: 'EVALUATION_NAN', kind: 'failed' }));
});
