import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, test } from 'vitest';
import { largestDifference, losses, lossAndGradients, smallNetworks } from '../testing/small-networks.ts';
import { webGpuMissing } from '../testing/webgpu.ts';
import { fetchValues } from './webgpu.ts';

const missing = await webGpuMissing();
// Else tfjs computes small tensors in JavaScript.
if (missing === undefined) tf.env().set('WEBGPU_CPU_FORWARD', false);

beforeEach(({ skip }) => skip(missing !== undefined, missing));

test.each(smallNetworks)('%s: loss and every gradient are those of the JavaScript backend', async (name) => {
  await tf.setBackend('cpu');
  const expected = await lossAndGradients(name);
  await tf.setBackend('webgpu');
  const actual = await lossAndGradients(name);
  expect(actual.loss).toBeCloseTo(expected.loss, 4);
  expect(actual.gradients.length).toBe(expected.gradients.length);
  expect(largestDifference(actual.gradients, expected.gradients)).toBeLessThan(1e-4);
});

test('a small CNN trains', async () => {
  await tf.setBackend('webgpu');
  const all = await losses('cnn', 12);
  expect(all.at(-1)!).toBeLessThan(all[0]! / 2);
});

test('values are there at once after they were fetched', async () => {
  await tf.setBackend('webgpu');
  const sum = tf.add(tf.ones([2]), tf.tensor1d([1, 2]));
  await fetchValues([sum]);
  expect([...sum.dataSync()]).toEqual([2, 3]);
});

test('what WebGPU says was wrong is an error when values are fetched', async () => {
  await tf.setBackend('webgpu');
  const { device } = tf.backend() as unknown as { device: { createBuffer(options: object): unknown } };
  device.createBuffer({ size: 2 ** 50, usage: 8 });
  await expect(fetchValues([tf.ones([2])])).rejects.toMatchObject({ code: 'WEBGPU_FAILED' });
  await expect(fetchValues([tf.ones([2])])).resolves.toBeUndefined();
});
