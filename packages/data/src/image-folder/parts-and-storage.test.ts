import { DataError, describeError } from '@glyphlab/core';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { type Dataset, splitDigest, classCounts } from '../dataset.ts';
import { pixelsOf } from '../splits/pixels-of.ts';
import { RED, GREEN, plain, folderOf, classes, load, faultOf } from './testing/small-folders.ts';

test('perClass takes so many pictures of each class to train and validate on, and tests on the rest', async () => {
  const folder = await folderOf({ ...classes(12), ...classes(3, [RED, GREEN, [1, 2, 3]]) });
  const counts = (dataset: Dataset) => [dataset.train, dataset.val, dataset.test].map((part) => classCounts(part, 3));
  const two = await folderOf(classes(12));
  const dataset = await load(two, { perClass: 5, valFraction: 0.2 });
  expect(counts(dataset).map((of) => of.slice(0, 2))).toEqual([[4, 4], [1, 1], [7, 7]]); // prettier-ignore
  expect(await load(two, { perClass: 5, valFraction: 0.2 })).toEqual(dataset);

  // A class with fewer pictures is named with their number; a test part of its own stays whole.
  const fault = (await faultOf(load(folder, { perClass: 5 }))) as DataError;
  expect(describeError(fault)).toContain('Fewer than 5 training images: class-3 (3)');
  expect(fault.hint).toContain('perClass to 3');
  const parts = await folderOf({ ...classes(6, [RED, GREEN], 'train/'), ...classes(4, [RED, GREEN], 'test/') });
  expect(counts(await load(parts, { perClass: 2, valFraction: 0.5 })).map((of) => of[0])).toEqual([1, 1, 4]);
  expect(describeError(await faultOf(load(two, { perClass: 12 })))).toContain('dataset.perClass');
});

test('kept on disk, images and parts are those that are in memory; what was decoded is not decoded again', async () => {
  const folder = await folderOf(classes(12, [RED, GREEN, [1, 2, 3]]));
  const cacheDir = temporaryDirectory();
  const [inMemory, stored] = [await load(folder, {}, cacheDir), await load(folder, { storage: 'disk' }, cacheDir)];
  for (const part of ['train', 'val', 'test'] as const) {
    const { images, labels, size } = inMemory[part];
    expect([stored[part].size, stored[part].labels, stored[part].images.length]).toEqual([size, labels, 0]);
    const all = Array.from({ length: size }, (_, k) => k);
    expect(pixelsOf(stored[part], all)).toEqual(images);
    expect(pixelsOf(stored[part], [size - 1, 0])).toEqual(pixelsOf(inMemory[part], [size - 1, 0]));
  }
  expect(splitDigest(stored.train)).not.toBe(splitDigest(stored.val));

  // A picture that changes gets a new row, what is gone is left out, the others stay: they need not be there any more.
  const { file } = stored.train.stored!;
  const before = statSync(file).size;
  await plain([9, 9, 9]).toFile(join(folder, 'class-1/0.png'));
  rmSync(join(folder, 'class-2/0.png'));
  const again = await load(folder, { storage: 'disk' }, cacheDir);
  expect(again.train.size + again.val.size + again.test.size).toBe(35);
  expect(statSync(file).size).toBe(before + 6 * 4 * 3);
  expect(splitDigest((await load(folder, { storage: 'disk' }, cacheDir)).train)).toBe(splitDigest(again.train));

  // Half a file is made anew; unreadable pictures are treated as in memory.
  writeFileSync(file, 'no pixels');
  expect(splitDigest((await load(folder, { storage: 'disk' }, cacheDir)).train)).toBe(splitDigest(again.train));
  writeFileSync(join(folder, 'class-3/bad.png'), 'no picture');
  expect(await faultOf(load(folder, { storage: 'disk' }, cacheDir))).toMatchObject({
    code: 'DATA_PICTURES_UNREADABLE',
  });
  const left = await load(folder, { storage: 'disk', unreadable: 'skip' }, cacheDir);
  expect(left.notes.join()).toContain('bad.png');
});
