import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPicture } from './read-picture.ts';

const options = { imageShape: [2, 2, 1], preparation: 'resize' } as const;

const netpbm = (header: string, values: readonly number[]) => Buffer.concat([Buffer.from(header), Buffer.from(values)]);

test.each<[string, Buffer]>([
  ['PGM', netpbm('P5\n# a comment\n2 2\n255\n', [0, 51, 102, 255])],
  ['PGM of 12 bits', netpbm('P5 2 2 4095\n', [0, 0, 3, 51, 6, 102, 15, 255])],
  ['PGM as text', Buffer.from('P2\n2 2 # width, height\n5\n0 1\n2 5\n')],
  ['PPM', netpbm('P6\n2 2\n255\n', [0, 0, 0, 51, 51, 51, 102, 102, 102, 255, 255, 255])],
  ['PPM as text', Buffer.from('P3 2 2 5 0 0 0 1 1 1 2 2 2 5 5 5')],
])('%s', async (_, bytes) => {
  const { pixels } = await readPicture(bytes, options);
  [0, 51, 102, 255].forEach((value, i) => expect(Math.abs(pixels[i]! - value)).toBeLessThanOrEqual(1));
});

test.each<[string, Buffer]>([
  ['cut short', netpbm('P5 20 20 255\n', [1, 2, 3])],
  ['with letters for numbers', Buffer.from('P2 2 2 9 1 2 three 4')],
  ['without a size', Buffer.from('P6 \n\n')],
])('a PGM or PPM %s is refused', async (_, bytes) => {
  await expect(readPicture(bytes, options)).rejects.toMatchObject({ code: 'PICTURE_UNREADABLE' });
});

/** A TIFF of 2 × 2 grey values, 32 bits each; `format` is 3 for floating point. */
function tiff(values: readonly number[], format: number): Buffer {
  const tags = [
    [256, 2], [257, 2], [258, 32], [259, 1], [262, 1], [273, 8], [277, 1], [278, 2], [279, 16], [339, format],
  ] as const; // prettier-ignore
  const file = Buffer.alloc(8 + 16 + 2 + 12 * tags.length + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(24, 4);
  values.forEach((value, i) => file.writeFloatLE(value, 8 + 4 * i));
  file.writeUInt16LE(tags.length, 24);
  tags.forEach(([tag, value], i) => {
    const at = 26 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(4, at + 2);
    file.writeUInt32LE(1, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  return file;
}

test('floating point values, which would all be cut to 0, are refused', async () => {
  await expect(readPicture(tiff([0, 0.2, 0.4, 1], 3), options)).rejects.toMatchObject({
    code: 'PICTURE_UNREADABLE',
    message: expect.stringContaining('float'),
  });
});

const deep = (values: readonly number[]) =>
  sharp(Uint16Array.from(values), { raw: { width: 2, height: 2, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();

test('16 bits that hold only 12 are refused, those that hold 16 are read, and black is black', async () => {
  await expect(readPicture(await deep([0, 4095, 100, 2000]), options)).rejects.toMatchObject({
    code: 'PICTURE_UNREADABLE',
    message: expect.stringContaining('4095'),
  });
  expect([...(await readPicture(await deep([0, 65535, 257, 2570]), options)).pixels]).toEqual([0, 255, 1, 10]);
  expect([...(await readPicture(await deep([0, 0, 0, 0]), options)).pixels]).toEqual([0, 0, 0, 0]);
});
