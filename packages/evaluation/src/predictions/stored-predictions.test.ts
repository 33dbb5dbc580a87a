import { expect, test } from 'vitest';
import { decodePredictions, encodePredictions, rightOf } from './stored-predictions.ts';
import { decodeProbabilities, encodeProbabilities } from './stored-probabilities.ts';

test('predictions come back, with the pictures that were read wrong, the worst first', async () => {
  const classNames = ['a', 'b', 'c'];
  const labels = Uint8Array.of(0, 1, 2, 1);
  const probabilities = Float32Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.5, 0.3, 0.2, 0, 1, 0);
  const pixelsOf = (rows: readonly number[]) =>
    Uint8Array.from(rows.flatMap((row) => [0, 1, 2, 3].map((k) => 4 * row + k)));
  const stored = decodePredictions(
    await encodePredictions({ labels, probabilities, classNames }, { pixelsOf, imageShape: [2, 2, 1] }),
  );
  expect(stored).toMatchObject({ classNames, labels: Uint16Array.from(labels), predicted: Uint16Array.of(0, 0, 0, 1) });
  [0.7, 0.6, 0.5, 1].forEach((value, k) => expect(stored.confidence[k]).toBeCloseTo(value, 4));
  [0.7, 0.3, 0.2, 1].forEach((value, k) => expect(stored.labelProbability[k]).toBeCloseTo(value, 4));
  expect(stored.mistakes).toEqual({
    indices: [2, 1],
    pixels: Uint8Array.of(8, 9, 10, 11, 4, 5, 6, 7),
    imageShape: [2, 2, 1],
  });
  expect(rightOf(stored)).toEqual([true, false, false, true]);
});

test('all probabilities come back', async () => {
  const [classNames, labels] = [['a', 'b'], Uint8Array.of(1, 0)];
  const probabilities = Float32Array.of(0.25, 0.75, 1, 0);
  const stored = decodeProbabilities(await encodeProbabilities({ labels, probabilities, classNames }));
  expect(stored).toMatchObject({ classNames, labels: Uint16Array.from(labels) });
  probabilities.forEach((p, k) => expect(stored.probabilities[k]).toBeCloseTo(p, 4));
});

test('what is no such file is refused', () => {
  for (const decode of [decodePredictions, decodeProbabilities])
    expect(() => decode(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'PREDICTIONS_DAMAGED' }));
});
