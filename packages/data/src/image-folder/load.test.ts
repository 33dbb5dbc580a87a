import { DataError, describeError } from '@glyphlab/core';
import { readPicture } from '@glyphlab/pictures/node';
import { bmp } from '@glyphlab/pictures/testing';
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { type Dataset, splitDigest, classCounts } from '../dataset.ts';
import { cacheFileOf, readImages, writeImages } from './cache.ts';
import { loadDataset } from '../load-dataset.ts';
import { writeImageFolder } from './testing/write-image-folder.ts';
import { RED, GREEN, plain, folderOf, classes, load, faultOf } from './testing/small-folders.ts';

test('MNIST written out as PNG is MNIST, bit by bit and in its order', { timeout: 60_000 }, async () => {
  const cacheDir = temporaryDirectory();
  const digits = await loadDataset({ type: 'mnist-10k', limit: 300 }, { seed: 1, cacheDir });
  const folder = temporaryDirectory();
  await writeImageFolder(digits, folder);
  const pictures = await load(folder, { channels: 1 }, cacheDir);
  expect(pictures.imageShape).toEqual([28, 28, 1]);
  expect(pictures.classNames).toEqual(digits.classNames);
  for (const part of ['train', 'val', 'test'] as const) {
    const { pictures: files, digests, ...images } = pictures[part];
    expect(images).toEqual(digits[part]);
    expect(new Set(digests).size).toBe(images.size);
    expect(files![0]).toMatchObject({ name: expect.stringMatching(/^\d\/\d{5}\.png$/), height: 28, width: 28 });
    expect(splitDigest(pictures[part])).toBe(splitDigest(digits[part]));
  }
});

test('classes are the folders in order, pictures of every kind at any depth; what is no picture is passed over', async () => {
  const folder = await folderOf({
    'b/deep/er/1.PNG': plain(GREEN).png(),
    'b/2.webp': plain(GREEN).webp({ lossless: true }),
    'b/3.bmp': await bmp(plain(GREEN), 24),
    'b/Thumbs.db': 'no picture',
    'A/4.jpg': plain(RED).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    'A/5.jpeg': plain(RED).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
    'A/6.png': plain(RED).png({ palette: true }),
    '.ipynb_checkpoints/7.png': plain(RED),
    'loose.png': plain(RED),
    'read me.txt': 'hello',
  });
  // A link to a folder above is not followed for ever.
  symlinkSync(join(folder, 'b'), join(folder, 'b', 'deep', 'again'));
  const { classNames, imageShape, train, val, test: tested } = await load(folder);
  expect(classNames).toEqual(['A', 'b']);
  expect(imageShape).toEqual([4, 6, 3]);
  expect([train.size, val.size, tested.size]).toEqual([4, 1, 1]);
  for (const { images, labels, size } of [train, val, tested]) {
    for (let row = 0; row < size; row++) {
      const wanted = labels[row] === 0 ? RED : GREEN;
      images
        .subarray(row * 72, row * 72 + 3)
        .forEach((value, c) => expect(Math.abs(value - wanted[c]!)).toBeLessThan(3));
    }
  }
});

test('parts without a folder are taken off the training pictures, every class in proportion', async () => {
  const folder = await folderOf(classes(20));
  const counts = async (options: object) => {
    const { train, val, test: tested, classNames } = await load(folder, options);
    return [train, val, tested].map((split) => classCounts(split, classNames.length));
  };
  expect(await counts({})).toEqual([[16, 16], [2, 2], [2, 2]]); // prettier-ignore
  expect(await counts({ valFraction: 0.25, testFraction: 0.05 })).toEqual([[14, 14], [5, 5], [1, 1]]); // prettier-ignore
  expect(await counts({ limit: 2 })).toEqual([[1, 1], [1, 1], [1, 1]]); // prettier-ignore
  await folderOf(
    classes(3, [RED, GREEN], 'Test/'),
    await folderOf(classes(20, [RED, GREEN], 'train/'), join(folder, 'parts')),
  );
  const { train, val, test: tested } = await load(join(folder, 'parts'));
  expect([train.size, val.size, tested.size]).toEqual([36, 4, 6]);
});

test('without a size the first picture gives it, and it is told that others were scaled', async () => {
  const folder = await folderOf({ ...classes(5), 'class-2/9.png': plain(GREEN, 30, 30) });
  const { imageShape, notes } = await load(folder);
  expect(imageShape).toEqual([4, 6, 3]);
  expect(notes[0]).toMatch(/^1 of 11 pictures in .* were scaled to the first one's 4 × 6 pixels/);
  const small = await load(folder, { size: [8, 5], channels: 1 });
  expect(small.imageShape).toEqual([8, 5, 1]);
  expect(small.notes.join()).not.toContain('scaled');
  expect((await load(folder, { size: 9 })).imageShape).toEqual([9, 9, 3]);
});

test('a picture for a model is prepared as those of the folder are', async () => {
  const noise = sharp({
    create: {
      width: 50,
      height: 30,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
      background: '#000',
    },
  });
  const folder = await folderOf({ ...classes(5), 'class-1/noise.png': noise });
  const { train, val, test: tested } = await load(folder, { size: [20, 24] });
  const { pixels } = await readPicture(join(folder, 'class-1', 'noise.png'), {
    imageShape: [20, 24, 3],
    preparation: 'resize',
  });
  const rows = [train, val, tested].flatMap(({ images, size }) =>
    Array.from({ length: size }, (_, row) => Buffer.from(images.subarray(row * 1440, (row + 1) * 1440))),
  );
  expect(rows.filter((row) => row.equals(pixels))).toHaveLength(1);
});

/** What the cache holds, changed: where it is used, all pixels are 7. */
async function markCache(cacheDir: string, directory: string, imageShape: Dataset['imageShape']): Promise<void> {
  const file = cacheFileOf(cacheDir, directory, imageShape);
  const cached = [...(await readImages(file, imageShape))];
  const entries = cached.map(([name, { stamp, height, width }]): [string, string, number, number] => [
    name,
    stamp,
    height,
    width,
  ]);
  await writeImages(file, entries, new Uint8Array(cached.length * 72).fill(7));
}

test('pictures come from the cache until their file changes, and so they do when others are added or removed', async () => {
  const cacheDir = temporaryDirectory();
  const folder = await folderOf(classes(10));
  /** First values of all images, sorted. */
  const values = async () => {
    const { train, val, test: tested } = await load(folder, {}, cacheDir);
    const first = [train, val, tested].flatMap(({ images, size }) =>
      Array.from({ length: size }, (_, row) => images[row * 72]!),
    );
    return first.sort((a, b) => a - b);
  };
  const decoded = await values();
  expect(decoded).toEqual([...Array<number>(10).fill(30), ...Array<number>(10).fill(200)]);
  await markCache(cacheDir, folder, [4, 6, 3]);
  expect(await values()).toEqual(Array<number>(20).fill(7));

  // Of the same length, with the time of the one it replaces.
  const [old, changed] = [join(folder, 'class-1', '0.png'), join(folder, 'changed')];
  writeFileSync(changed, readFileSync(join(folder, 'class-2', '0.png')));
  const { atime, mtime } = statSync(old);
  utimesSync(changed, atime, mtime);
  renameSync(changed, old);
  await folderOf({ 'class-2/new.png': plain([90, 90, 90]) }, folder);
  rmSync(join(folder, 'class-2', '9.png'));
  expect(await values()).toEqual([...Array<number>(18).fill(7), 30, 90]);

  writeFileSync(cacheFileOf(cacheDir, folder, [4, 6, 3]), 'torn');
  expect(await values()).toEqual([...Array<number>(10).fill(30), 90, ...Array<number>(9).fill(200)]);
  // What was decoded before an interruption is kept.
  const stop = new AbortController();
  const context = { seed: 1, cacheDir, env: {}, signal: stop.signal, onProgress: () => stop.abort(new Error('stop')) };
  await expect(loadDataset({ type: 'image-folder', directory: folder, size: 8 }, context)).rejects.toThrow('stop');
  expect((await readImages(cacheFileOf(cacheDir, folder, [8, 8, 3]), [8, 8, 3])).size).toBeGreaterThan(0);
  // A cache that cannot be written is done without.
  expect((await load(folder, {}, join(folder, 'class-2', 'new.png'))).train.size).toBe(16);
});

test('pictures that cannot be read are listed and refused, or left out if that is asked for', async () => {
  const broken = Object.fromEntries(
    Array.from({ length: 22 }, (_, i) => [`class-1/broken-${String(i).padStart(2, '0')}.png`, 'no picture']),
  );
  const folder = await folderOf({ ...classes(10), ...broken, 'class-2/empty.jpg': '' });
  const told = describeError(await faultOf(load(folder)));
  expect(told).toContain('23 of 43 pictures cannot be read');
  expect(told).toContain('class-1/broken-00.png: This is not a picture.');
  expect(told).toContain('… and 3 more');
  expect(told).toContain('dataset.unreadable: skip');

  const { train, notes } = await load(folder, { unreadable: 'skip' });
  expect(train.size).toBe(16);
  expect(notes[0]).toContain('23 pictures');
});

const two = (under: string) => classes(5, [RED, GREEN], under);
const faults: Record<string, [code: string, says: RegExp, files: Record<string, Sharp | string>, options?: object]> = {
  'no folders': ['DATA_NO_CLASSES', /holds 1 picture/, { 'a.png': plain(RED) }],
  'one class': ['DATA_ONE_CLASS', /"class-1"/, classes(5, [RED])],
  'a folder too high': ['DATA_ONE_CLASS', /directory: .*pictures/, two('pictures/')],
  'a class without pictures': ['DATA_EMPTY_CLASS', /Without any picture: c/, { ...two(''), 'c/notes.txt': 'hello' }],
  'a class without one that can be read': [
    'DATA_EMPTY_CLASS',
    /: c/,
    { ...two(''), 'c/a.png': 'hello' },
    { unreadable: 'skip' },
  ],
  'nothing that can be read': ['DATA_PICTURES_UNREADABLE', /2 of 2/, { 'a/a.png': '', 'b/b.png': '' }],
  'other classes in the test': [
    'DATA_CLASSES_DIFFER',
    /Only in train: class-2\. Only in test: c/,
    { ...two('train/'), 'test/class-1/a.png': plain(RED), 'test/c/a.png': plain(RED) },
  ],
  'a test without a training part': ['DATA_PART_MISSING', /no folder "train"/, two('test/')],
  'parts beside classes': ['DATA_FOLDER_AMBIGUOUS', /"train" holds folders/, { ...two('train/'), ...two('') }],
  'a part twice': [
    'DATA_FOLDER_AMBIGUOUS',
    /"validation"/,
    { ...two('train/'), ...two('val/'), ...two('validation/') },
  ],
  'too large together': [
    'DATA_TOO_LARGE',
    /60 pictures of 4096 × 4096 × 3 values take 2\.8 GiB/,
    classes(30),
    { size: 4096, storage: 'memory' },
  ],
  'too much held out': [
    'CONFIG_INVALID_VALUE',
    /dataset\.valFraction/,
    two(''),
    { valFraction: 0.6, testFraction: 0.6 },
  ],
};

test.each(Object.entries(faults))('refused with a reason: %s', async (_, [code, says, files, options = {}]) => {
  const fault = await faultOf(load(await folderOf(files), options));
  expect(fault).toMatchObject({ code, kind: 'wrongInput' });
  expect(describeError(fault)).toMatch(says);
});

test('a folder that is not there is told with the places that were looked at', async () => {
  const data = await folderOf(two('shapes/'));
  const context = { seed: 1, cacheDir: temporaryDirectory(), env: { GLYPHLAB_DATA_DIR: data } };
  const fault = await faultOf(loadDataset({ type: 'image-folder', directory: 'shops' }, context));
  expect(fault).toBeInstanceOf(DataError);
  expect(fault).toMatchObject({ code: 'DATA_FOLDER_MISSING', message: expect.stringContaining(join(data, 'shops')) });
  expect((await loadDataset({ type: 'image-folder', directory: 'shapes' }, context)).name).toBe('shapes');
  const file = loadDataset({ type: 'image-folder', directory: join(data, 'shapes/class-1/0.png') }, context);
  await expect(file).rejects.toMatchObject({ code: 'DATA_NOT_A_FOLDER' });
});
