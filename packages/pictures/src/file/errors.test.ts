import { DataError } from '@glyphlab/core';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { readPicture } from './read-picture.ts';
import { bmp, draw, noisy, squares } from '../testing/drawn-pictures.ts';

const options = { imageShape: [28, 28, 1], preparation: 'mnist' } as const;

const cutShort = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6));
const noise = async () => await noisy(draw(), 60);

const wrong: Record<string, [code: string, make: () => Uint8Array | Promise<Uint8Array>]> = {
  'an empty file': ['PICTURE_EMPTY', () => new Uint8Array()],
  text: ['PICTURE_NOT_AN_IMAGE', () => Buffer.from('hello, this is no picture')],
  'two letters that begin a BMP': ['PICTURE_NOT_AN_IMAGE', () => Buffer.from('BM')],
  SVG: ['PICTURE_NOT_AN_IMAGE', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  HEIC: ['PICTURE_NOT_AN_IMAGE', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
  'a PNG cut short': ['PICTURE_UNREADABLE', async () => cutShort(await (await noise()).png().toBuffer())],
  'a JPEG cut short': ['PICTURE_UNREADABLE', async () => cutShort(await (await noise()).jpeg().toBuffer())],
  'a WebP cut short': ['PICTURE_UNREADABLE', async () => cutShort(await (await noise()).webp().toBuffer())],
  'a BMP cut short': ['PICTURE_UNREADABLE', async () => cutShort(await bmp(draw(), 24))],
  'an unknown kind of BMP': ['PICTURE_UNREADABLE', async () => (await bmp(draw(), 24)).fill(99, 14, 15)],
  'a BMP that says it is huge': ['PICTURE_TOO_LARGE', async () => (await bmp(draw(), 24)).fill(0x7f, 18, 26)],
  'a white page': ['PICTURE_NO_INK', () => draw({ path: '' }).png().toBuffer()],
  'a black page': ['PICTURE_NO_INK', () => draw({ path: '', ground: 'black' }).png().toBuffer()],
  'nothing but transparency': ['PICTURE_NO_INK', () => draw({ path: '', ground: 'none' }).png().toBuffer()],
  'blank paper in a noisy photo': [
    'PICTURE_NO_INK',
    async () => (await noisy(draw({ path: '' }), 15)).jpeg().toBuffer(),
  ],
  'blank squared paper': [
    'PICTURE_NO_INK',
    () =>
      draw({ path: '', behind: squares(30, '#7080c0', 2) })
        .png()
        .toBuffer(),
  ],
  'a single pixel': ['PICTURE_NO_INK', () => draw({ width: 1, height: 1 }).png().toBuffer()],
};

test.each(Object.entries(wrong))('%s is refused with a reason', { timeout: 60_000 }, async (_, [code, make]) => {
  const error = await readPicture(await make(), options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({ code, kind: 'wrongInput' });
});

test('a small file that unfolds into a huge picture is refused before it is decoded', async () => {
  const bomb = await draw({ width: 2000, height: 2000 }).png().toBuffer();
  await expect(readPicture(bomb, { ...options, maxPixels: 1_000_000 })).rejects.toMatchObject({
    code: 'PICTURE_TOO_LARGE',
    message: 'The picture is 2000 × 2000 pixels.',
    hint: 'At most 1 megapixels are read: scale it down.',
  });
});

test('errors name the file', async () => {
  const folder = temporaryDirectory();
  const missing = join(folder, 'missing.png');
  const text = join(folder, 'text.png');
  mkdirSync(join(folder, 'folder.png'));
  writeFileSync(text, 'no picture');
  await expect(readPicture(missing, options)).rejects.toMatchObject({ code: 'PICTURE_MISSING', where: missing });
  await expect(readPicture(text, options)).rejects.toMatchObject({ code: 'PICTURE_NOT_AN_IMAGE', where: text });
  await expect(readPicture(join(folder, 'folder.png'), options)).rejects.toMatchObject({
    message: 'This is a folder, not a picture.',
  });
  if (existsSync('/dev/zero'))
    await expect(readPicture('/dev/zero', options)).rejects.toMatchObject({
      message: 'This is a device, not a picture.',
    });
});
