import type { Dataset, LoadContext, Split } from '@glyphlab/trainer';

const SIDE = 28;
const classNames = ['upright', 'level', 'slanted'];

/**
 * Light strokes on dark ground; the same images for the same seed. Put what reads your own files here: bytes 0–255,
 * [size, height, width, channels], and class numbers from 0.
 */
export async function drawStrokes({ size }: { size: number }, { seed }: Pick<LoadContext, 'seed'>): Promise<Dataset> {
  let state = seed + 1;
  /** Evenly from 0 to 1 (Park and Miller 1988). */
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;

  const draw = (count: number): Split => {
    const images = new Uint8Array(count * SIDE * SIDE);
    const labels = new Uint8Array(count);
    for (let n = 0; n < count; n++) {
      const label = n % classNames.length;
      labels[n] = label;
      const place = Math.round((random() - 0.5) * 8);
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const distance = [x - 14 - place, y - 14 - place, (x + y - 28) / 2 - place][label]!;
          const ink = Math.abs(distance) < 2 ? 160 : 10;
          images[(n * SIDE + y) * SIDE + x] = ink + Math.floor(random() * 80);
        }
      }
    }
    return { images, labels, size: count };
  };

  return {
    type: 'strokes',
    name: 'Strokes',
    classNames,
    imageShape: [SIDE, SIDE, 1],
    train: draw(size),
    val: draw(300),
    test: draw(300),
    source: 'drawn by src/strokes.ts',
    notes: [],
  };
}
