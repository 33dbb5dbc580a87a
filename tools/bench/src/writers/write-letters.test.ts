import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { letters, writeLetters, writers } from './write-letters.ts';

test(
  'every hand has every letter, its pictures differ, and are the same the next time',
  { timeout: 60_000 },
  async () => {
    for (const writer of writers) {
      const [folder, again] = [temporaryDirectory(), temporaryDirectory()];
      await writeLetters(writer, folder, 2);
      await writeLetters(writer, again, 2);
      expect(readdirSync(folder).sort()).toEqual([...letters].sort());
      const pictures = letters.flatMap((letter) =>
        ['001.png', '002.png'].map((name) => readFileSync(join(folder, letter, writer, name)).toString('base64')),
      );
      expect(new Set(pictures).size).toBe(2 * letters.length);
      expect(readFileSync(join(again, 'Ж', writer, '002.png'))).toEqual(
        readFileSync(join(folder, 'Ж', writer, '002.png')),
      );
    }
  },
);
