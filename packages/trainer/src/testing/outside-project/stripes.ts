import type { Dataset, LoadContext, Split } from '@glyphlab/trainer';

const SIDE = 12;

/** The same images for the same seed. */
export async function drawStripes({ size }: { size: number }, { seed }: LoadContext): Promise<Dataset> {
  let state = seed + 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const draw = (count: number): Split => {
    const split = { images: new Uint8Array(count * SIDE * SIDE), labels: new Uint8Array(count), size: count };
    for (let n = 0; n < count; n++) {
      const label = (split.labels[n] = n % 3);
      const shift = Math.floor(random() * 4);
      for (let k = 0; k < SIDE * SIDE; k++) {
        const along = [k % SIDE, Math.floor(k / SIDE), (k % SIDE) + Math.floor(k / SIDE)][label]!;
        split.images[n * SIDE * SIDE + k] = ((along + shift) % 4 < 2 ? 150 : 20) + Math.floor(random() * 60);
      }
    }
    return split;
  };
  return {
    type: 'stripes',
    name: 'Stripes',
    classNames: ['upright', 'level', 'slanted'],
    imageShape: [SIDE, SIDE, 1],
    train: draw(size),
    val: draw(30),
    test: draw(30),
    source: 'drawn',
    notes: [],
  };
}
