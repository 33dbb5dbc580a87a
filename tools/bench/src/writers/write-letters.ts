import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapParallel } from '@glyphlab/core/map-parallel';
import opentype from 'opentype.js';
import sharp from 'sharp';
import { writtenLetter } from './letter.ts';

/** Hands that are fonts made after handwriting (SIL Open Font License), from npm. */
const fonts = {
  caveat: import.meta.resolve('@fontsource/caveat/files/caveat-cyrillic-400-normal.woff'),
  'bad-script': import.meta.resolve('@fontsource/bad-script/files/bad-script-cyrillic-400-normal.woff'),
  'marck-script': import.meta.resolve('@fontsource/marck-script/files/marck-script-cyrillic-400-normal.woff'),
  neucha: import.meta.resolve('@fontsource/neucha/files/neucha-cyrillic-400-normal.woff'),
};
type Writer = keyof typeof fonts;
export const writers = Object.keys(fonts) as Writer[];

/** Cyrillic capitals whose form no Latin capital has: none is a class of EMNIST. */
export const letters = [...'БГДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ'];

/** Pictures that are drawn at once. */
const AT_ONCE = 4;

/**
 * Writes `count` pictures of each letter in one hand, one folder a letter with a folder for the hand in it: the same ones each time.
 *
 * @param directory folder to write; the others are made in it
 */
export async function writeLetters(writer: Writer, directory: string, count: number): Promise<void> {
  const file = readFileSync(fileURLToPath(fonts[writer]));
  const font = opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
  const chance = drawFrom(writers.indexOf(writer) + 1);
  for (const letter of letters) {
    const folder = join(directory, letter, writer);
    mkdirSync(folder, { recursive: true });
    const outline = font.getPath(letter, 0, 0, font.unitsPerEm);
    // Drawn by chance in order, whatever is written first.
    const drawings = Array.from({ length: count }, () => writtenLetter(outline, chance));
    await mapParallel(
      drawings,
      (svg, k) =>
        sharp(Buffer.from(svg))
          .png()
          .toFile(join(folder, `${String(k + 1).padStart(3, '0')}.png`)),
      { concurrency: AT_ONCE },
    );
  }
}

/** Park and Miller's generator (1988), the same on every machine. */
function drawFrom(seed: number): () => number {
  let state = seed * 7919;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
