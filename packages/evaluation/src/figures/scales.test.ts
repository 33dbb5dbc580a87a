import { expect, test } from 'vitest';
import { accuracyChannel, accuracyDomain } from './scales.ts';

test('an axis never spans less than chance moves an accuracy of so many images', () => {
  const { domain, isNoise } = accuracyDomain([0.9912, 0.9913], 10_000);
  expect(isNoise).toBe(true);
  // Four standard errors of 99.12 % of 10,000: 4 × 0.093 %.
  expect(domain[1] - domain[0]).toBeCloseTo(0.0037, 4);
  expect(accuracyDomain([0.9, 0.95], 10_000)).toEqual({ domain: [0.9, 0.95], isNoise: false });
  expect(accuracyDomain([0.9912, 0.9913], undefined)).toEqual({ domain: [0.9912, 0.9913], isNoise: false });
  expect(accuracyDomain([1, 1], 100)).toEqual({ domain: [1, 1], isNoise: false });
});

test('a gain within the noise is drawn on no logarithmic scale', () => {
  const values = [0.9994, 0.9999];
  expect(accuracyChannel('Accuracy', values).scale).toMatchObject({ type: 'log' });
  expect(accuracyChannel('Accuracy', values, 10_000).scale).not.toHaveProperty('type');
});
