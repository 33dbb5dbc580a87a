import { expect, test } from 'vitest';
import { prepareDrawing } from './index.ts';

/** A mask with rectangles of ink: [left, top, right, bottom]. */
function mask(width: number, height: number, ...rectangles: [number, number, number, number][]): Uint8Array {
  const ink = new Uint8Array(width * height);
  for (const [left, top, right, bottom] of rectangles)
    for (let y = top; y < bottom; y++) ink.fill(1, y * width + left, y * width + right);
  return ink;
}

const rowsWithInk = (pixels: Uint8Array) =>
  Array.from({ length: 28 }, (_, y) => y).filter((y) => pixels.subarray(28 * y, 28 * y + 28).some((v) => v > 127));

test('a drawing fills 20 of 28 pixels and lies with its mass in the middle, wherever and however large it was drawn', () => {
  const pixels = prepareDrawing(mask(200, 160, [20, 30, 30, 90]), 200, [28, 28, 1], 'mnist')!;
  expect(rowsWithInk(pixels)).toEqual(Array.from({ length: 20 }, (_, i) => i + 4));
  const elsewhere = prepareDrawing(mask(200, 160, [120, 20, 140, 140]), 200, [28, 28, 1], 'mnist')!;
  expect(rowsWithInk(elsewhere)).toEqual(rowsWithInk(pixels));
});

test('every stroke counts, also a small one far off', () => {
  const alone = prepareDrawing(mask(200, 200, [80, 60, 95, 180]), 200, [28, 28, 1], 'emnist')!;
  const dotted = prepareDrawing(mask(200, 200, [80, 60, 95, 180], [80, 10, 92, 22]), 200, [28, 28, 1], 'emnist')!;
  expect(rowsWithInk(alone)).toHaveLength(24);
  expect(rowsWithInk(dotted).length).toBeLessThan(24);
  expect(rowsWithInk(dotted).slice(0, 2)).toEqual([2, 3]);
});

test('nothing drawn is nothing', () => {
  expect(prepareDrawing(new Uint8Array(100), 10, [28, 28, 1], 'mnist')).toBeUndefined();
});
