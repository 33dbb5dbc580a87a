import { expect, test } from 'vitest';
import { zooNames } from '@glyphlab/zoo';
import { cli } from '../../testing/index.ts';
import { wilsonInterval } from './list-zoo.ts';

test('the zoo lists each network with what was measured of it', async () => {
  expect(zooNames()).toContain('digits');
  const { exitCode, stdout } = await cli(['zoo']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/digits +10 {2}28 × 28 × 1 +MNIST +9\d\.\d\d % +9\d\.\d\d % to 9\d\.\d\d %/);
});

test('an interval as Wilson gives it', () => {
  // Of 10,000, 99 %: 98.79 to 99.18 (statsmodels, proportion_confint, method wilson).
  const [low, high] = wilsonInterval(0.99, 10_000);
  expect(low).toBeCloseTo(0.98785, 4);
  expect(high).toBeCloseTo(0.99178, 4);
});
