import { describeError } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { loadTestFolder } from './load.ts';
import { loadDataset } from '../load-dataset.ts';

const png = (grey: number, width = 6, height = 4) =>
  sharp({ create: { width, height, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .png()
    .toBuffer();

/** Classes a and b of ten pictures each, grey as 10 and 20, and further files. */
async function folderOf(files: Record<string, Buffer | string> = {}, count = 10): Promise<string> {
  const folder = temporaryDirectory();
  const numbers = Array.from({ length: count }, (_, i) => i);
  const [dark, light] = [await png(10), await png(20)];
  const all = [
    ...numbers.flatMap((i) => [[`a/${i}.png`, dark] as const, [`b/${i}.png`, light] as const]),
    ...Object.entries(files),
  ];
  for (const [name, content] of all) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const load = (directory: string, options: object = {}) =>
  loadDataset({ type: 'image-folder', directory, ...options }, { seed: 1, cacheDir: temporaryDirectory(), env: {} });

const faultOf = (loading: Promise<unknown>): Promise<unknown> =>
  loading.then(
    () => undefined,
    (fault: unknown) => fault,
  );

const sizeOf = async (folder: string, options: object = {}) => {
  const { train, val, test: tested } = await load(folder, options);
  return train.size + val.size + tested.size;
};

test('JFIF, PGM and PPM are read; HEIC is told, with what to do', async () => {
  const pgm = Buffer.concat([Buffer.from('P5 6 4 255\n'), Buffer.alloc(24, 10)]);
  const jfif = await sharp(await png(10)).jpeg().toBuffer(); // prettier-ignore
  const folder = await folderOf({ 'a/x.jfif': jfif, 'a/x.PGM': pgm });
  expect(await sizeOf(folder)).toBe(22);

  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  const withHeic = await folderOf({ 'a/IMG_1.HEIC': heic });
  const told = describeError(await faultOf(load(withHeic)));
  expect(told).toMatch(
    /1 of 21 pictures cannot be read[^]*a\/IMG_1\.HEIC: HEIC pictures cannot be read\. Save it as JPEG/,
  );
  expect(await sizeOf(withHeic, { unreadable: 'skip' })).toBe(20);
});

test('folders of file servers and wastebaskets are no classes and hold no pictures; other files are counted', async () => {
  const dark = await png(10);
  const folder = await folderOf({
    '@eaDir/1.png': dark,
    '$RECYCLE.BIN/1.png': dark,
    'RECYCLER/1.png': dark,
    'lost+found/1.png': dark,
    '#recycle/1.png': dark,
    'System Volume Information/1.png': dark,
    'a/@eaDir/1.png/SYNOPHOTO_THUMB.png': dark,
    'a/notes.txt': 'hello',
    'a/deep/more.TXT': 'hello',
    'b/labels.csv': 'hello',
    'b/Thumbs.db': 'left by Windows',
  });
  const { classNames, notes } = await load(folder);
  expect(classNames).toEqual(['a', 'b']);
  expect(await sizeOf(folder)).toBe(20);
  expect(notes[0]).toBe(`3 files in ${folder} are not pictures and were skipped: 2 .txt, 1 .csv.`);
});

test('a link to a folder above brings no other classes in, and a folder that is linked twice counts once', async () => {
  const folder = await folderOf({ 'more/train/x/1.png': await png(10) });
  symlinkSync('..', join(folder, 'a', 'up'));
  const outside = await folderOf();
  symlinkSync(join(outside, 'b'), join(folder, 'b', 'more'));
  symlinkSync(outside, join(folder, 'b', 'again'));
  expect(await sizeOf(folder, { testFraction: 0.2 })).toBe(20 + 1 + 20);
  symlinkSync('b', join(folder, 'c'));
  expect(await faultOf(load(folder))).toMatchObject({ code: 'DATA_CLASSES_ALIKE', message: expect.stringContaining('"b" and "c"') }); // prettier-ignore
});

test('a picture that links put into two classes is refused; one that is there twice as a copy is told', async () => {
  for (const link of [symlinkSync, linkSync]) {
    const folder = await folderOf();
    link(join(folder, 'b', '3.png'), join(folder, 'a', 'wrong.png'));
    const fault = await faultOf(load(folder));
    expect(fault).toMatchObject({ code: 'DATA_TWO_LABELS', kind: 'wrongInput' });
    expect(describeError(fault)).toContain('b/3.png and a/wrong.png');
    await expect(loadTestFolder(folder, [4, 6, 3])).rejects.toMatchObject({ code: 'DATA_TWO_LABELS' });
  }
  // A folder of class b's pictures within a, and a single one within the same class, which does no harm.
  const folder = await folderOf({ 'b/deep/1.png': await png(30), 'b/deep/2.png': await png(31) });
  symlinkSync(join(folder, 'b', 'deep'), join(folder, 'a', 'linked'));
  expect(describeError(await faultOf(load(folder)))).toContain('2 pictures are in two classes');
  const same = await folderOf();
  symlinkSync('3.png', join(same, 'a', 'again.png'));
  expect((await load(same)).notes).not.toContainEqual(expect.stringContaining('same'));

  // A name that would write lines of its own, or steer the terminal.
  const named = await folderOf({ 'b/co\npy\u001b[2J.png': await png(10) });
  expect((await load(named)).notes[0]).toMatch(/\n {2}a\/0\.png and b\/co py\\x1b\[2J\.png$/);

  const copied = await folderOf({ 'b/copy.png': await png(10) });
  expect((await load(copied)).notes[0]).toMatch(
    /^1 pictures are the same as one of another class.*\n {2}a\/0\.png and b\/copy\.png$/,
  );
  expect((await loadTestFolder(copied, [4, 6, 3])).notes[0]).toContain('a/0.png and b/copy.png');
});

test('pictures of the test that are trained on as well are told', async () => {
  const parts = temporaryDirectory();
  for (const [name, grey] of [
    ['train/a/1', 10],
    ['train/a/2', 11],
    ['train/b/1', 20],
    ['train/b/2', 21],
    ['test/a/x', 10],
    ['test/b/y', 22],
  ] as const) {
    // prettier-ignore
    mkdirSync(dirname(join(parts, name)), { recursive: true });
    writeFileSync(join(parts, `${name}.png`), await png(grey));
  }
  const { notes } = await load(parts, { valFraction: 0.25 });
  expect(notes).toContainEqual(
    `1 of 2 pictures in ${parts}/test are in another part too: results there look better than they are.\n  ${parts}/train/a/1.png and ${parts}/test/a/x.png`,
  );
});

test('a named pipe is passed over, not waited for', { timeout: 20_000 }, async () => {
  const folder = await folderOf();
  execFileSync('mkfifo', [join(folder, 'a', 'pipe.png')]);
  expect(await sizeOf(folder)).toBe(20);
});

test('names are the same however their accents are written, and two that look alike are refused', async () => {
  const light = await png(20);
  const parts = await folderOf({}, 0);
  for (const [part, name] of [
    ['train', 'é'.normalize('NFC')],
    ['test', 'é'.normalize('NFD')],
  ] as const)
    // prettier-ignore
    for (const [of, i] of [name, 'z'].flatMap((of) => Array.from({ length: 5 }, (_, i) => [of, i] as const))) {
      mkdirSync(join(parts, part, of), { recursive: true });
      writeFileSync(join(parts, part, of, `${i}.png`), light);
    }
  expect((await load(parts)).classNames).toEqual(['z', 'é'.normalize('NFC')]);

  const twice = await folderOf({ [`${'é'.normalize('NFC')}/1.png`]: light, [`${'é'.normalize('NFD')}/1.png`]: light });
  expect(await faultOf(load(twice))).toMatchObject({ code: 'DATA_CLASSES_ALIKE' });
});

test('photos without a size are refused before they are decoded, with the size to write', async () => {
  const folder = await folderOf({ 'a/0.png': await png(10, 4000, 3000) });
  const told = describeError(await faultOf(load(folder)));
  expect(told).toContain('3000 × 4000');
  expect(told).toContain('dataset.size: [168, 224]');
  expect(await sizeOf(folder, { size: [168, 224] })).toBe(20);
});

test('every part is checked for its size before the first is decoded', async () => {
  const folder = temporaryDirectory();
  for (const part of ['train', 'test'])
    for (const name of ['a', 'b']) mkdirSync(join(folder, part, name), { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(folder, 'train', name, '1.png'), 'broken');
  for (let i = 0; i < 30; i++) for (const name of ['a', 'b']) writeFileSync(join(folder, 'test', name, `${i}.png`), '');
  expect(await faultOf(load(folder, { size: 4096, storage: 'memory' }))).toMatchObject({ code: 'DATA_TOO_LARGE' });
});

test('parts that miss a class or are small are told', async () => {
  const light = await png(20);
  const folder = await folderOf({ 'rare/1.png': light });
  const { notes } = await load(folder);
  expect(notes).toContain('No picture of rare is in test: nothing is measured of it there.');
  expect(notes).toContain('test has only 2 picture(s): each is worth 50 points of accuracy.');
  const large = await folderOf({}, 100);
  expect((await load(large)).notes).toEqual([]);
  expect((await load(large, { limit: 2 })).notes).toEqual([]);
});

test('a folder to evaluate on may leave out what cannot be read', async () => {
  const folder = await folderOf({ 'a/broken.png': 'no picture' });
  await expect(loadTestFolder(folder, [4, 6, 3])).rejects.toMatchObject({ code: 'DATA_PICTURES_UNREADABLE' });
  const { test: tested, notes } = await loadTestFolder(folder, [4, 6, 3], { unreadable: 'skip' });
  expect(tested.size).toBe(20);
  expect(notes[0]).toContain('1 pictures');
});
