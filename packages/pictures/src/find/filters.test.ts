import { expect, test } from 'vitest';
import { distanceTo } from './distance.ts';
import { eraseLines } from './lines.ts';
import { findParts } from './parts.ts';
import { boxBlur, closing, maximumFilter, plane, quantile, type Plane } from './plane.ts';

const WIDTH = 23;
const HEIGHT = 17;

/** Values in no order, the same every time. */
function scattered(): Plane {
  const values = plane(WIDTH, HEIGHT);
  values.data.forEach((_, i) => (values.data[i] = (i * 7919) % 251));
  return values;
}

/** A filter as its definition says: over all pixels of the square that lie inside. */
function naively(source: Plane, radius: number, reduce: (values: number[]) => number): number[] {
  return Array.from(source.data, (_, i) => {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const near = Array.from(source.data).filter((_, k) => {
      return Math.abs((k % WIDTH) - x) <= radius && Math.abs(Math.floor(k / WIDTH) - y) <= radius;
    });
    return reduce(near);
  });
}

test.each([1, 4, 40])('filters over a square of radius %d agree with their definition', (radius) => {
  const source = scattered();
  expect([...maximumFilter(source, radius).data]).toEqual(naively(source, radius, (values) => Math.max(...values)));
  const means = naively(source, radius, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  boxBlur(source, radius).data.forEach((value, i) => expect(value).toBeCloseTo(means[i]!, 3));
});

test('closing fills what is narrower than its window and leaves steps alone', () => {
  const source = plane(40, 40);
  source.data.forEach((_, i) => (source.data[i] = i % 40 === 10 || i % 40 === 11 ? 5 : i % 40 < 25 ? 200 : 90));
  const row = [...closing(source, 3).data.subarray(800, 840)];
  expect(row).toEqual(Array.from({ length: 40 }, (_, x) => (x < 25 ? 200 : 90)));
});

test('quantiles', () => {
  const values = Array.from({ length: 1001 }, (_, i) => (i * 37) % 1001);
  expect(Math.abs(quantile(values, 0.25) - 250)).toBeLessThan(2);
  expect(Math.abs(quantile(values, 0.999) - 999)).toBeLessThan(2);
  expect(quantile([3, 3, 3], 0.5)).toBe(3);
});

test('distances are exact', () => {
  const mask = new Uint8Array(WIDTH * HEIGHT);
  const set = [30, 111, 250, 388];
  for (const i of set) mask[i] = 1;
  distanceTo(1, mask, WIDTH, HEIGHT).forEach((distance, i) => {
    const all = set.map((k) => Math.hypot((k % WIDTH) - (i % WIDTH), Math.floor(k / WIDTH) - Math.floor(i / WIDTH)));
    expect(distance).toBeCloseTo(Math.min(...all), 9);
  });
});

/** A mask drawn with characters, `#` for ink. */
const maskOf = (rows: readonly string[]) =>
  Uint8Array.from([...rows.join('')], (character) => (character === '#' ? 1 : 0));

test('parts hang together by their corners too, and come largest first', () => {
  const mask = maskOf(['#...##', '.#..##', '......', '...#..']);
  const parts = findParts(mask, 6, 4);
  expect(parts.map(({ pixels }) => pixels.length)).toEqual([4, 2, 1]);
  expect(parts[1]!.box).toEqual({ left: 0, top: 0, right: 2, bottom: 2 });
});

test('lines from edge to edge are erased, strokes that end within are not, crossings stay', () => {
  const size = 100;
  const mask = new Uint8Array(size * size);
  const ink = (x: number, y: number) => (mask[y * size + x] = 1);
  for (let at = 0; at < size; at++) {
    ink(at, 30 + Math.round(at * 0.03));
    ink(70, at);
  }
  for (let at = 15; at < 60; at++) for (let wide = 0; wide < 6; wide++) ink(40 + wide, at);
  expect(eraseLines(mask, size, size)).toBe(2);
  const left = findParts(mask, size, size);
  expect(left[0]!.box).toEqual({ left: 40, top: 15, right: 46, bottom: 60 });
  expect(left[0]!.pixels.length).toBe(45 * 6);
  expect(left.slice(1).every(({ pixels }) => pixels.length <= 2)).toBe(true);
});
