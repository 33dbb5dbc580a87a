import type { MetricKind } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { expectedCalibrationError, macroF1, topK } from './kinds.ts';

/** Three of four right: class 0 twice, class 1 once of twice. */
const predictions = {
  labels: Uint8Array.from([0, 0, 1, 1]),
  probabilities: Float32Array.from([0.8, 0.15, 0.05, 0.8, 0.15, 0.05, 0.15, 0.8, 0.05, 0.8, 0.05, 0.15]),
  classNames: ['a', 'b', 'c'],
};

test.each([
  // F1 of a: 2·2 / (3 + 2), of b: 2·1 / (1 + 2); c neither occurs nor was predicted.
  ['macroF1', macroF1, {}, (4 / 5 + 2 / 3) / 2],
  ['topK of 1', topK, { k: 1 }, 3 / 4],
  ['topK of 2', topK, { k: 2 }, 3 / 4],
  ['topK of 3', topK, {}, 1],
  ['expectedCalibrationError', expectedCalibrationError, {}, 0.05],
] as [string, MetricKind, object, number][])('%s by hand', async (_, kind, options, expected) => {
  const measure = (await kind.load())(kind.options.parse(options));
  expect(measure(predictions)).toBeCloseTo(expected, 6);
});
