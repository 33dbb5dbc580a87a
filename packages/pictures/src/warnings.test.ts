import { expect, test } from 'vitest';
import { readPicture } from './file/read-picture.ts';
import { draw, noisy, type Drawing } from './testing/drawn-pictures.ts';

async function warningsOf(drawing: Drawing, noise = 0): Promise<string[]> {
  const png = await (await noisy(draw(drawing), noise)).png().toBuffer();
  const { warnings } = await readPicture(png, { imageShape: [28, 28, 1], preparation: 'mnist' });
  return warnings.map(({ code }) => code);
}

test.each<[string, Drawing, string]>([
  ['two digits', { width: 400, path: 'M10 20 L50 20 L25 80 M70 20 L110 20 L85 80' }, 'PICTURE_SEVERAL'],
  [
    'three digits joined',
    { width: 400, path: 'M-20 20 L40 20 L0 80 L60 20 L100 20 L70 80 L120 20' },
    'PICTURE_SEVERAL',
  ],
  ['a character cut off by the edge', { at: [60, -60, 190] }, 'PICTURE_CUT'],
  ['faint ink', { ink: '#e2e0da', ground: '#f4f2ec' }, 'PICTURE_FAINT'],
  ['a few pixels', { width: 24, height: 24, at: [5, 5, 13] }, 'PICTURE_SMALL'],
  ['a solid shape', { path: 'M40 40 h20 v20 h-20 z', pen: 22 }, 'PICTURE_UNLIKE'],
  [
    'a drawing',
    {
      path: Array.from({ length: 9 }, (_, i) => `M10 ${10 + i * 10} L90 ${90 - i * 10} L${10 + i * 10} 10`).join(' '),
      pen: 1,
    },
    'PICTURE_UNLIKE',
  ],
])('%s', { timeout: 60_000 }, async (_, drawing, code) => {
  expect(await warningsOf(drawing)).toContain(code);
});

test('how many characters there are is counted in the whole picture, however closely one is looked at', async () => {
  const row = Array.from({ length: 5 }, (_, i) => `M${i * 60} 0 h30 l-20 50`).join(' ');
  const png = await draw({ width: 1200, height: 500, at: [200, 200, 200], path: row })
    .png()
    .toBuffer();
  const { warnings } = await readPicture(png, { imageShape: [28, 28, 1], preparation: 'mnist' });
  expect(warnings).toEqual([
    { code: 'PICTURE_SEVERAL', message: 'There seem to be 5 characters; only the most prominent one was read.' },
  ]);
});

test('a thin pen is no reason to doubt', async () => {
  expect(
    await warningsOf({
      width: 1200,
      height: 1200,
      pen: 0.4,
      path: 'M8 8 L92 6 Q60 50 42 94 M26 54 L84 52',
      at: [20, 20, 1160],
    }),
  ).toEqual([]);
});

test('a letter of many strokes is no drawing, with a pen or a marker', async () => {
  const path = 'M5 5 L25 95 L50 5 L75 95 L95 5 M5 50 L95 50';
  for (const pen of [4, 7]) expect(await warningsOf({ pen, path })).toEqual([]);
});

test('noise alone is no reason to doubt', async () => {
  expect(await warningsOf({}, 15)).toEqual([]);
});
