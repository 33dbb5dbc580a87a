import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { largestDifference, losses, lossAndGradients, smallNetworks } from '../testing/small-networks.ts';
import { loadWasmBackend } from './backend.ts';

beforeAll(loadWasmBackend);

test.each(smallNetworks)('%s: loss and every gradient are those of the JavaScript backend', async (name) => {
  await tf.setBackend('cpu');
  const expected = await lossAndGradients(name);
  await tf.setBackend('wasm');
  const actual = await lossAndGradients(name);
  expect(actual.loss).toBeCloseTo(expected.loss, 4);
  expect(actual.gradients.length).toBe(expected.gradients.length);
  expect(largestDifference(actual.gradients, expected.gradients)).toBeLessThan(1e-4);
});

test.each(smallNetworks)('%s: training lowers the loss', async (name) => {
  await tf.setBackend('wasm');
  const all = await losses(name, 40);
  expect(all.at(-1)!).toBeLessThan(all[0]! / 2);
});
