import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPicture } from './read-picture.ts';
import { draw } from '../testing/drawn-pictures.ts';

/** Left half one colour, right half another. */
const halves = (left: string, right: string, width = 64, height = 32) =>
  draw({ width, height, path: '', ground: right, behind: `<rect width="50%" height="100%" fill="${left}"/>` })
    .png()
    .toBuffer();

test('a picture is scaled to colour of any shape, its proportions not kept', async () => {
  const options = { imageShape: [24, 20, 3], preparation: 'resize' } as const;
  const { pixels, box, warnings } = await readPicture(await halves('#ff0000', '#0000ff'), options);
  expect(pixels).toHaveLength(24 * 20 * 3);
  expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
  expect([...pixels.subarray(-3)]).toEqual([0, 0, 255]);
  expect(box).toEqual({ left: 0, top: 0, right: 64, bottom: 32 });
  expect(warnings).toEqual([]);
});

test('colour becomes grey for a model of one channel, and is not inverted', async () => {
  const { pixels } = await readPicture(await halves('#202020', '#e0e0e0'), {
    imageShape: [8, 8, 1],
    preparation: 'resize',
  });
  expect(pixels).toHaveLength(64);
  expect([pixels[0], pixels[63]]).toEqual([0x20, 0xe0]);
});

test('grey becomes colour for a model of three channels, transparency white', async () => {
  const grey = await sharp(Buffer.alloc(16, 77), { raw: { width: 4, height: 4, channels: 1 } })
    .png()
    .toBuffer();
  const options = { imageShape: [4, 4, 3], preparation: 'resize' } as const;
  expect((await readPicture(grey, options)).pixels).toEqual(new Uint8Array(48).fill(77));
  const clear = await draw({ path: '', ground: 'none' }).png().toBuffer();
  expect((await readPicture(clear, options)).pixels).toEqual(new Uint8Array(48).fill(255));
});
