import { temporaryDirectory } from '@glyphlab/core/testing';
import * as tf from '@tensorflow/tfjs';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Learner } from '../learner.ts';
import { predict } from '../predict.ts';
import { bars, blocks, learnerOptions, smallNetwork } from '../testing/index.ts';
import type { ImageStream } from './image-source.ts';
import { ReadAhead } from './read-ahead.ts';

afterAll(() => tf.disposeVariables());

const SIZE = 150;
const table = bars(SIZE, 1);
/** The same images in a file, from the last to the first behind one that is nobody's. */
function stream(): ImageStream {
  const file = join(temporaryDirectory(), 'images.pixels');
  const bytes = Uint8Array.from(tf.cast(table.images, 'float32').dataSync());
  const rows = Array.from({ length: SIZE }, (_, k) => bytes.subarray(k * 144, (k + 1) * 144));
  writeFileSync(file, Buffer.concat([new Uint8Array(144).fill(9), ...rows.reverse()]));
  const stored = { file, imageBytes: 144, rows: Int32Array.from({ length: SIZE }, (_, k) => SIZE - k) };
  return { stored, labels: table.labels, size: SIZE, imageShape: table.imageShape };
}

test('trained on images read ahead from a file, a network is what it is when they are in memory', async () => {
  const results = [];
  for (const data of [table, stream()]) {
    const network = smallNetwork(blocks['cnn']!);
    const learner = new Learner(network, { train: data, val: data }, { ...learnerOptions, towers: 2 });
    const losses = [];
    for (const epoch of [1, 2]) losses.push(await learner.trainEpoch({ epoch, lrAt: () => 0.02 }));
    losses.push(await learner.validate());
    learner.pull();
    const probabilities = await predict(network, data, { batchSize: 32 });
    const views = await predict(network, data, {
      batchSize: 64,
      testTimeAugmentation: { views: 2, seed: 1, change: [(x) => tf.reverse(x, 1)] },
    });
    results.push({ losses, probabilities: [...probabilities], views: [...views] });
    expect(learner.waitedSeconds === undefined).toBe(data === table);
    learner.dispose();
  }
  const [inMemory, ahead] = results;
  ahead!.losses.forEach(({ loss, accuracy }, k) => {
    expect(loss).toBeCloseTo(inMemory!.losses[k]!.loss, 4);
    expect(accuracy).toBeCloseTo(inMemory!.losses[k]!.accuracy, 6);
  });
  for (const key of ['probabilities', 'views'] as const)
    expect(Math.max(...ahead![key].map((p, k) => Math.abs(p - inMemory![key][k]!)))).toBeLessThan(1e-3);
});

test('a file that ends too early is told, and ends the pass', async () => {
  const { stored } = stream();
  truncateSync(stored.file, 144 * 3 + 10);
  const ahead = new ReadAhead(stored);
  ahead.start(Int32Array.of(149, 148, 0), 1);
  const first = await ahead.next();
  expect([...first]).toEqual([...Uint8Array.from(tf.slice(tf.cast(table.images, 'float32'), 149, 1).dataSync())]);
  ahead.release();
  await ahead.next();
  ahead.release();
  await expect(async () => ahead.next()).rejects.toThrow(/stored images cannot be read: it ends before image 150/);
  await ahead.close();
});

test('a pass can be cut short by another one', async () => {
  const { stored } = stream();
  const ahead = new ReadAhead(stored);
  ahead.start(Int32Array.from({ length: SIZE }, (_, k) => k), 8); // prettier-ignore
  await ahead.next();
  ahead.start(Int32Array.of(3), 8);
  const [last] = [await ahead.next()];
  expect([...last]).toEqual([...Uint8Array.from(tf.slice(tf.cast(table.images, 'float32'), 3, 1).dataSync())]);
  await ahead.close();
});
