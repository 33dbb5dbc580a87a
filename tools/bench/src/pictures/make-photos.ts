import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mapParallel } from '@glyphlab/core/map-parallel';
import sharp from 'sharp';

export const SIDE = 224;
const CLASSES = 10;
/** A larger picture that photographs are cut from: side and pixels. */
const CANVAS = 1536;
const AT_ONCE = 4;

/**
 * Writes `count` JPEG files in ten classes: cuttings of one large picture of clouds of colour, no two alike. They show nothing; they take
 * as long to decode as photographs of their size.
 */
export async function makePhotos(directory: string, count: number, onFile: (done: number) => void): Promise<void> {
  const canvas = await clouds();
  for (let k = 0; k < CLASSES; k++) mkdirSync(join(directory, String(k)), { recursive: true });
  let done = 0;
  await mapParallel(
    Array.from({ length: count }, (_, k) => k),
    async (k) => {
      const room = CANVAS - SIDE;
      // Two steps that share no factor with the room lead to every place before they return.
      const [left, top] = [(k * 397) % room, (Math.floor((k * 397) / room) * 89 + k * 13) % room];
      const pixels = Buffer.alloc(SIDE * SIDE * 3);
      for (let y = 0; y < SIDE; y++) {
        const from = ((top + y) * CANVAS + left) * 3;
        canvas.copy(pixels, y * SIDE * 3, from, from + SIDE * 3);
      }
      const file = join(directory, String(k % CLASSES), `${String(k).padStart(6, '0')}.jpg`);
      await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .jpeg({ quality: 85 })
        .toFile(file);
      onFile(++done);
    },
    { concurrency: AT_ONCE },
  );
}

/** Noise in several sizes, one over the other: [CANVAS, CANVAS, 3]. */
async function clouds(): Promise<Buffer> {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const sum = new Float32Array(CANVAS * CANVAS * 3);
  for (const side of [12, 48, 192, 768]) {
    const noise = Buffer.from(Uint8Array.from({ length: side * side * 3 }, () => 256 * random()));
    const layer = await sharp(noise, { raw: { width: side, height: side, channels: 3 } })
      .resize(CANVAS, CANVAS, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    for (let i = 0; i < sum.length; i++) sum[i]! += layer[i]! / 4;
  }
  return Buffer.from(Uint8Array.from(sum));
}
