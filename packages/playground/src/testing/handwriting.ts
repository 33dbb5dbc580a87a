import type { Page } from 'playwright-core';

type Point = readonly [x: number, y: number];

/** An arc of an ellipse, degrees clockwise from the right. */
const arc = (x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 17 }, (_, k) => {
    const angle = ((from + ((to - from) * k) / 16) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

/** Strokes of digits as people write them, in a square of side 1. */
export const digits: Record<string, Point[][]> = {
  '0': [arc(0.5, 0.5, 0.2, 0.3, -80, 285)],
  '1': [
    [
      [0.53, 0.18],
      [0.5, 0.5],
      [0.47, 0.82],
    ],
  ],
  '2': [[...arc(0.48, 0.36, 0.19, 0.17, -160, 40), [0.45, 0.62], [0.3, 0.8], [0.5, 0.77], [0.74, 0.79]]],
  '3': [[...arc(0.46, 0.34, 0.18, 0.15, -150, 90), ...arc(0.46, 0.65, 0.2, 0.17, -90, 150)]],
  '4': [
    [
      [0.36, 0.2],
      [0.3, 0.52],
      [0.68, 0.5],
    ],
    [
      [0.62, 0.24],
      [0.58, 0.84],
    ],
  ],
  '5': [
    [[0.36, 0.2], [0.34, 0.45], ...arc(0.44, 0.62, 0.22, 0.19, -110, 150)],
    [
      [0.36, 0.2],
      [0.68, 0.19],
    ],
  ],
  '6': [[[0.62, 0.16], [0.42, 0.38], ...arc(0.48, 0.65, 0.17, 0.17, -180, 190)]],
  '7': [
    [
      [0.28, 0.22],
      [0.7, 0.2],
      [0.56, 0.5],
      [0.45, 0.84],
    ],
  ],
};

/** Draws strokes on the drawing area with the mouse. */
export async function draw(page: Page, strokes: readonly (readonly Point[])[]): Promise<void> {
  const { x, y, width, height } = (await page.locator('#pad').boundingBox())!;
  const place = ([u, v]: Point): [number, number] => [x + u * width, y + v * height];
  for (const [first, ...others] of strokes) {
    await page.mouse.move(...place(first!));
    await page.mouse.down();
    for (const point of others) await page.mouse.move(...place(point));
    await page.mouse.up();
  }
}
