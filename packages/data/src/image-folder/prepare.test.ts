import { temporaryDirectory } from '@glyphlab/core/testing';
import { readPicture } from '@glyphlab/pictures/node';
import { draw } from '@glyphlab/pictures/testing';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTestFolder } from './load.ts';
import { folderOf, load } from './testing/small-folders.ts';

/** Scans of a seven and of a stroke, at another place in each. */
const scans = () =>
  folderOf(
    Object.fromEntries(
      [20, 60, 100].flatMap((left) => [
        [`seven/${left}.png`, draw({ at: [left, 40, 120] }).png()],
        [`stroke/${left}.png`, draw({ path: 'M52 15 L48 85', at: [left, 30, 150] }).png()],
      ]),
    ),
  );

test.each(['mnist', 'emnist'] as const)(
  'a character in a scan is found and drawn as %s holds its own, as predict does',
  async (prepare) => {
    const folder = await scans();
    const cacheDir = temporaryDirectory();
    const options = { prepare, channels: 1, valFraction: 0.1, testFraction: 0.1 };
    const { imageShape, preparation, train, notes } = await load(folder, options, cacheDir);
    expect([imageShape, preparation]).toEqual([[28, 28, 1], prepare]);
    expect(notes.filter((note) => note.includes('scaled'))).toEqual([]);
    for (const [row, { name }] of train.pictures!.entries()) {
      const { pixels } = await readPicture(join(folder, name), { imageShape, preparation: prepare });
      expect(train.images.subarray(row * 784, (row + 1) * 784)).toEqual(pixels);
    }
    // What was decoded in one way is not taken for the other, and a model's folder is read as the model says.
    const whole = await load(folder, { channels: 1, size: 28, valFraction: 0.1, testFraction: 0.1 }, cacheDir);
    expect(whole.preparation).toBeUndefined();
    expect(whole.train.images[0]).toBeGreaterThan(200);
    const { test: tested } = await loadTestFolder(folder, [28, 28, 1], { prepare });
    expect(tested.images[0]).toBe(0);
  },
);

test('a page without ink is told among the files that cannot be read', async () => {
  const folder = await scans();
  await folderOf({ 'seven/empty.png': draw({ path: '' }).png() }, folder);
  await expect(load(folder, { prepare: 'mnist', channels: 1 })).rejects.toMatchObject({
    code: 'DATA_PICTURES_UNREADABLE',
    message: expect.stringContaining('seven/empty.png') as string,
  });
});
