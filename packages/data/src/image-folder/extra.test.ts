import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { withExtraPictures } from './extra.ts';
import { classes, faultOf, folderOf, GREEN, load, plain, RED } from './testing/small-folders.ts';

const add = async (files: Parameters<typeof folderOf>[0], times = 1) => {
  const dataset = await load(await folderOf(classes(6, [RED, GREEN])), {});
  const directory = await folderOf(files);
  const changed = await withExtraPictures(dataset, { directory, times }, { cacheDir: temporaryDirectory() });
  return { dataset, changed };
};

test('extra pictures come behind the training images, each so many times; validation and test stay', async () => {
  const blue = plain([0, 0, 255]).png();
  const { dataset, changed } = await add({ 'class-2/new.png': blue, 'class-1/deeper/other.png': blue }, 2);
  const { size } = dataset.train;
  expect(changed.train.size).toBe(size + 4);
  expect([...changed.train.labels.subarray(size)]).toEqual([0, 1, 0, 1]);
  expect([...changed.train.images.subarray(0, dataset.train.images.length)]).toEqual([...dataset.train.images]);
  expect([...changed.train.images.subarray(-3)]).toEqual([0, 0, 255]);
  expect(changed.train.pictures!.slice(-2).map(({ name }) => name)).toEqual([
    'class-1/deeper/other.png',
    'class-2/new.png',
  ]);
  expect([changed.val, changed.test]).toEqual([dataset.val, dataset.test]);
  expect(changed.notes.at(-1)).toMatch(/include 2 extra pictures of .*, each 2 times\.$/);
});

test('a class that the dataset has not, and a folder without pictures, are refused', async () => {
  const red = plain(RED).png();
  expect(await faultOf(add({ 'clas-1/a.png': red }))).toMatchObject({
    code: 'DATA_EXTRA_CLASSES',
    hint: 'Did you mean "class-1"?',
  });
  expect(await faultOf(add({ 'class-1/a.txt': red }))).toMatchObject({ code: 'DATA_EXTRA_EMPTY', kind: 'wrongInput' });
});
