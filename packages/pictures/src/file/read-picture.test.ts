import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readPicture, type PictureOptions } from './read-picture.ts';
import { bmp, draw, fallingLight, hardShadow, noisy, squares } from '../testing/drawn-pictures.ts';

const asMnist: PictureOptions = { imageShape: [28, 28, 1], preparation: 'mnist' };

/** Pearson's correlation of two images. */
function alike(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sumA += a[i]!;
    sumB += b[i]!;
    sumAA += a[i]! ** 2;
    sumBB += b[i]! ** 2;
    sumAB += a[i]! * b[i]!;
  }
  return (n * sumAB - sumA * sumB) / Math.sqrt((n * sumAA - sumA ** 2) * (n * sumBB - sumB ** 2));
}

/** The same, the second image moved by up to a pixel: a centre of mass on the border of two falls on either. */
function alikeNearby(a: Uint8Array, b: Uint8Array): number {
  const shifts = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => dy * 28 + dx));
  return Math.max(
    ...shifts.map((shift) =>
      alike(
        a,
        b.map((_, i) => b[i + shift] ?? 0),
      ),
    ),
  );
}

/** Extent of the ink and its centre of mass, pixel edges counted from the upper left corner. */
function measure(pixels: Uint8Array, side = 28) {
  let [left, top, right, bottom, mass, x, y] = [side, side, 0, 0, 0, 0, 0];
  pixels.forEach((value, i) => {
    const [column, row] = [i % side, Math.floor(i / side)];
    mass += value;
    x += value * (column + 0.5);
    y += value * (row + 0.5);
    if (value === 0) return;
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
  });
  return { width: right - left, height: bottom - top, x: x / mass, y: y / mass };
}

/** The same seven in every picture; what is done to it must not show in the result. */
const pictures: Record<string, () => Promise<Uint8Array>> = {
  'PNG, dark on light': () => draw().png().toBuffer(),
  'light on dark': () => draw({ ink: 'white', ground: 'black' }).png().toBuffer(),
  'light grey on dark grey': () => draw({ ink: '#999', ground: '#333' }).png().toBuffer(),
  'grey levels only': () => draw().greyscale().png().toBuffer(),
  'palette PNG': () => draw().png({ palette: true, colours: 4 }).toBuffer(),
  '16-bit PNG': () => draw().toColourspace('rgb16').png().toBuffer(),
  'black on transparent': () => draw({ ink: 'black', ground: 'none' }).png().toBuffer(),
  'white on transparent': () => draw({ ink: 'white', ground: 'none' }).png().toBuffer(),
  'a card with transparent corners': () =>
    draw({ ground: 'none', behind: '<rect width="240" height="240" rx="60" fill="#f4f2ec"/>' }).png().toBuffer(),
  'JPEG, noisy': async () => (await noisy(draw(), 12)).jpeg({ quality: 60 }).toBuffer(),
  'CMYK JPEG': () => draw().toColourspace('cmyk').jpeg().toBuffer(),
  'lying on its side, with an orientation tag': () =>
    draw().rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
  'mirrored, with an orientation tag': () => draw().flop().withMetadata({ orientation: 2 }).jpeg().toBuffer(),
  WebP: () => draw().webp({ quality: 70 }).toBuffer(),
  GIF: () => draw().gif().toBuffer(),
  'BMP of 24 bits': () => bmp(draw(), 24),
  'BMP of 32 bits with an empty alpha channel': () => bmp(draw(), 32),
  'BMP of 8 bits with a palette, top row first': () => bmp(draw(), 8, true),
  'red on white': () => draw({ ink: '#e02020', ground: 'white' }).png().toBuffer(),
  'yellow on white': () => draw({ ink: '#ffe000', ground: 'white' }).png().toBuffer(),
  'red on green of the same brightness': () => draw({ ink: '#d04040', ground: '#309030' }).png().toBuffer(),
  pencil: async () => (await noisy(draw({ ink: '#b0b0b0', ground: '#e8e8e4' }), 5)).png().toBuffer(),
  chalk: async () => (await noisy(draw({ ink: '#d8dcd0', ground: '#2c4634' }), 8)).jpeg().toBuffer(),
  'squared paper': () =>
    draw({ behind: squares(30, '#a8b4c8', 1.5) })
      .jpeg()
      .toBuffer(),
  'squared paper with lines as dark as the ink': () =>
    draw({ behind: squares(45, '#1c1c22', 2) })
      .jpeg()
      .toBuffer(),
  'squared paper with lines half as dark as the ink, small': () =>
    draw({ width: 480, height: 400, at: [112, 90, 110], behind: squares(20, '#6c7ca0', 1.5) })
      .jpeg({ quality: 40 })
      .toBuffer(),
  'falling light': async () => (await noisy(draw({ above: fallingLight }), 6)).jpeg().toBuffer(),
  'a hard shadow across': () => draw({ above: hardShadow }).jpeg().toBuffer(),
  'a sheet on a dark table': () =>
    draw({
      ground: '#3a2c20',
      behind: '<rect x="25" y="20" width="190" height="195" fill="#f4f2ec"/>',
      at: [70, 65, 100],
    })
      .jpeg({ quality: 95 })
      .toBuffer(),
  'close to the edge of a sheet on a dark table': () =>
    draw({
      ground: '#3a2c20',
      behind: '<rect x="25" y="20" width="190" height="195" fill="#f4f2ec"/>',
      at: [70, 13, 100],
    })
      .jpeg({ quality: 95 })
      .toBuffer(),
  'small in a corner of a large picture': () =>
    draw({ width: 1600, height: 1200, at: [1300, 80, 160] })
      .jpeg({ quality: 90 })
      .toBuffer(),
  'a photo of 48 megapixels': () => draw({ width: 8000, height: 6000, pen: 6 }).jpeg().toBuffer(),
  'in a box of a form': () =>
    draw({ behind: '<rect x="22" y="18" width="196" height="204" fill="none" stroke="#1c1c22" stroke-width="4"/>' })
      .png()
      .toBuffer(),
  'specks of dust': () =>
    draw({ behind: '<path d="M20 20h4v4h-4z M220 30h3v3h-3z M30 220h4v3h-4z M215 215h4v4h-4z" fill="black"/>' })
      .png()
      .toBuffer(),
  '28 × 28': () => draw().resize(28, 28).png().toBuffer(),
};

const reference = await readPicture(await draw().png().toBuffer(), asMnist);

test.each(Object.entries(pictures))('%s', { timeout: 60_000 }, async (_, make) => {
  const { pixels, warnings } = await readPicture(await make(), asMnist);
  const { width, height, x, y } = measure(pixels);
  expect(Math.max(width, height), 'longer side').toBe(20);
  expect(Math.abs(x - 14), 'centre of mass').toBeLessThan(0.6);
  expect(Math.abs(y - 14), 'centre of mass').toBeLessThan(0.6);
  expect(pixels[0], 'the ground is black').toBe(0);
  expect(Math.max(...pixels), 'the ink is white').toBeGreaterThan(250);
  expect(alikeNearby(pixels, reference.pixels)).toBeGreaterThan(0.9);
  expect(warnings).toEqual([]);
});

test('the box tells where in the upright picture the character is', async () => {
  const png = await draw({ width: 1600, height: 1200, at: [1300, 80, 160] })
    .png()
    .toBuffer();
  const { box } = await readPicture(png, asMnist);
  expect(Math.abs(box.left - (1300 + 0.245 * 160))).toBeLessThan(4);
  expect(Math.abs(box.bottom - (80 + 0.855 * 160))).toBeLessThan(4);
});

test.each([
  ['a pen of one pixel', 0.8],
  ['a bold marker', 15],
])('%s is brought to the strokes of MNIST', async (_, pen) => {
  const { pixels } = await readPicture(await draw({ pen }).png().toBuffer(), asMnist);
  const ink = (of: Uint8Array) => of.reduce((sum, value) => sum + value, 0) / 255;
  expect(ink(pixels)).toBeGreaterThan(0.85 * ink(reference.pixels));
  expect(ink(pixels)).toBeLessThan(2 * ink(reference.pixels));
  expect(alikeNearby(pixels, reference.pixels)).toBeGreaterThan(0.75);
});

test('strokes that do not touch are one character', async () => {
  const five = 'M36 20 L34 46 Q70 40 66 66 Q58 88 30 78 M44 20 L72 18';
  const whole = 'M72 18 L36 20 L34 46 Q70 40 66 66 Q58 88 30 78';
  const apart = await readPicture(await draw({ path: five, pen: 5 }).png().toBuffer(), asMnist);
  const joined = await readPicture(await draw({ path: whole, pen: 5 }).png().toBuffer(), asMnist);
  expect(apart.warnings).toEqual([]);
  expect(alikeNearby(apart.pixels, joined.pixels)).toBeGreaterThan(0.9);
});

test('what goes on to the edge of the picture behind a narrow gap belongs to the character, what lies farther off does not', async () => {
  const at = [-16, 0, 240] as const;
  const whole = 'M60 20 L60 60 M60 60 L7 60';
  const broken = 'M60 20 L60 60 M60 60 L30 60 M18 60 L7 60';
  const far = 'M60 20 L60 60 M60 60 L30 60 M8 60 L7 60';
  const read = async (path: string) => readPicture(await draw({ path, at, pen: 10 }).png().toBuffer(), asMnist);
  const [one, two, three] = [await read(whole), await read(broken), await read(far)];
  expect(two.box.left).toBe(0);
  expect(alikeNearby(two.pixels, one.pixels)).toBeGreaterThan(0.9);
  expect(three.box.left).toBeGreaterThan(20);
});

test('digits of MNIST come out as they went in', { timeout: 60_000 }, async () => {
  const { resolve } = createRequire(import.meta.url);
  let worst = 1;
  let mean = 0;
  for (let i = 0; i < 30; i++) {
    const { data } = JSON.parse(await readFile(resolve(`mnist/src/digits/${i % 10}.json`), 'utf8')) as {
      data: number[];
    };
    const digit = Uint8Array.from(data.slice(i * 784, (i + 1) * 784), (value) => Math.round(255 * value));
    const png = await sharp(digit, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer();
    const { pixels, warnings } = await readPicture(png, asMnist);
    // Some of MNIST's own digits reach the edge, being centred by their mass.
    expect(warnings.filter(({ code }) => code !== 'PICTURE_CUT')).toEqual([]);
    worst = Math.min(worst, alikeNearby(pixels, digit));
    mean += alikeNearby(pixels, digit) / 30;
  }
  expect(worst).toBeGreaterThan(0.75);
  expect(mean).toBeGreaterThan(0.93);
});

test('EMNIST’s characters are larger and centred by their box', async () => {
  const { pixels } = await readPicture(await draw().png().toBuffer(), { ...asMnist, preparation: 'emnist' });
  const { width, height } = measure(pixels);
  expect(Math.max(width, height)).toBe(24);
  const rows = Array.from({ length: 28 }, (_, y) => pixels.subarray(28 * y, 28 * y + 28).some((value) => value > 0));
  expect([rows.indexOf(true), rows.lastIndexOf(true)]).toEqual([2, 25]);
});

test('other sizes keep the proportions, and all channels hold the same', async () => {
  const png = await draw().png().toBuffer();
  const { pixels } = await readPicture(png, { imageShape: [56, 56, 3], preparation: 'mnist' });
  expect(pixels).toHaveLength(56 * 56 * 3);
  const [red, blue] = [0, 2].map((c) => pixels.filter((_, i) => i % 3 === c)) as [Uint8Array, Uint8Array];
  expect(red).toEqual(blue);
  const { width, height } = measure(red, 56);
  expect(Math.max(width, height)).toBe(40);
});
