import { expect, test } from 'vitest';
import { measureCalibration } from './calibration.ts';

/** Two classes; the predicted one is always 0 with the given confidence. */
function measure(examples: [confidence: number, right: boolean][]) {
  const probabilities = Float32Array.from(examples.flatMap(([p]) => [p, 1 - p]));
  return measureCalibration(
    examples.map(([, right]) => (right ? 0 : 1)),
    examples.map(() => 0),
    probabilities,
    2,
  );
}

test('expected calibration error by hand', () => {
  // (10/15, 11/15]: confidence 0.7, half right, 2 of 5. (14/15, 1]: confidence 0.99, all right, 3 of 5.
  const { bins, expectedCalibrationError, maximumCalibrationError } = measure([
    [0.7, true],
    [0.7, false],
    [0.99, true],
    [0.99, true],
    [0.99, true],
  ]);
  expect(bins).toHaveLength(15);
  expect(bins[10]).toMatchObject({ count: 2, accuracy: 0.5 });
  expect(bins[14]).toMatchObject({ count: 3, accuracy: 1 });
  expect(bins[14]!.confidence).toBeCloseTo(0.99, 6);
  expect(expectedCalibrationError).toBeCloseTo(0.4 * 0.2 + 0.6 * 0.01, 6);
  expect(maximumCalibrationError).toBeCloseTo(0.2, 6);
});

test('bins are closed above: full confidence lies in the last one, and rounding beyond 1 too', () => {
  const { bins } = measure([
    [1, true],
    [1.0000002, true],
  ]);
  expect(bins[14]).toMatchObject({ lower: 14 / 15, upper: 1, count: 2, confidence: 1 });
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(2);
});

test('empty bins count for nothing', () => {
  expect(measure([[1, true]])).toMatchObject({ expectedCalibrationError: 0, maximumCalibrationError: 0 });
});
