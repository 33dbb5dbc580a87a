import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { evaluatePredictions } from '../../metrics/evaluate-predictions.ts';
import { drawClassMetrics } from '../class-metrics.ts';
import { drawConfusionMatrix } from '../confusion-matrix.ts';
import { drawGroupCurves } from '../group-curves.ts';
import { drawGroupScores } from '../group-scores.ts';
import { drawImageGrid } from '../image-grid.ts';
import { drawMistakes } from '../mistakes.ts';
import { fontsFor } from './fonts.ts';
import { drawableNames, short, textWidth, undrawableNote } from './names.ts';

/** A letter that DejaVu Sans lacks and DejaVu Math TeX Gyre has. */
const SCRIPT_A = '\u{1D4D0}';
/** Two signs of nobody's, which no font has. */
const [NOBODYS, NOBODYS_OTHER] = ['\u{10FFF0}', '\u{10FFF1}'];
const mathFont = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuMathTeXGyre.ttf'));

afterEach(() => vi.unstubAllEnvs());

/** A user with one more font. */
function withMathFont(): void {
  const home = temporaryDirectory();
  mkdirSync(join(home, 'fonts'));
  copyFileSync(mathFont, join(home, 'fonts', 'Math.ttf'));
  vi.stubEnv('XDG_DATA_HOME', home);
}

const drawn = async (caption: string): Promise<Buffer> =>
  Buffer.from(await drawImageGrid({ pixels: new Uint8Array(4), imageShape: [2, 2, 1] }, { captions: [caption] }));

test('our font has Latin, Greek, Cyrillic and Arabic letters: nothing of the system is looked at', () => {
  const { files, lacking } = fontsFor('Ää Ωλ Жя ابجد  \n\u200D\uFE0F');
  expect(files.map((file) => file.split('/').at(-1))).toEqual(['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']);
  expect(lacking.size).toBe(0);
});

test('a sign that our font lacks is drawn with a font that has it', async () => {
  withMathFont();
  const { files, lacking } = fontsFor(SCRIPT_A);
  expect([files.length, lacking.size]).toEqual([3, 0]);
  expect(drawableNames(['a', SCRIPT_A])).toEqual(['a', SCRIPT_A]);
  expect(undrawableNote([SCRIPT_A])).toBeUndefined();
  // Signs that no font has are all the same box.
  expect((await drawn(NOBODYS)).equals(await drawn(NOBODYS_OTHER))).toBe(true);
  expect((await drawn(SCRIPT_A)).equals(await drawn(NOBODYS))).toBe(false);
});

test('a class with a sign that no font has is shown by its number, and that is said', () => {
  expect(drawableNames(['a', `b${NOBODYS}`, 'c'])).toEqual(['a', '1', 'c']);
  expect(undrawableNote(['a', `b${NOBODYS}`])).toMatch(/^Figures show 1 of 2 classes by number.*b/);
});

test('names that SVG or Vega could not hold are drawn all the same, in every figure', async () => {
  const names = [
    'a\nb\tc',
    'a\u2028b',
    '',
    ' \u200B',
    'a\u0000b',
    '\u001b[31m',
    '\uD800',
    '"; x',
    '${x}',
    '</text>',
    'x'.repeat(500),
  ];
  expect(drawableNames(names)).toEqual(['a b c', 'a b', '2', '3', '4', '5', '6', '"; x', '${x}', '</text>', names[10]]);
  expect(undrawableNote(['\u001b[31m', 'a'])).toContain('"\\u001b[31m"');
  const evaluation = evaluatePredictions({
    labels: Uint8Array.from(names, (_, k) => k),
    // All wrong.
    probabilities: Float32Array.from({ length: names.length ** 2 }, (_, k) =>
      Number((k + 1) % (names.length + 1) === 0),
    ),
    classNames: names,
  });
  const groups = names.map((name) => ({
    name,
    runs: [{ history: [{ epoch: 1, metrics: { 'val/accuracy': 0.5 } }], score: 0.5 }],
  }));
  const pixelsOf = (rows: readonly number[]) => new Uint8Array(4 * rows.length);
  const images = { pixelsOf, imageShape: [2, 2, 1] as const };
  const figures = [drawConfusionMatrix(evaluation), drawClassMetrics(evaluation), drawMistakes(evaluation, images), drawGroupScores(groups), drawGroupCurves(groups)]; // prettier-ignore
  for (const png of await Promise.all(figures)) expect(png.length).toBeGreaterThan(1000);
});

test.each(['ひらがな', '漢字', '한글', 'हिन्दी', 'ไทย', 'עברית', 'አማርኛ', '👍'])(
  '%s is drawn by a font of this machine, or shown by its number',
  async (name) => {
    const { files, lacking } = fontsFor(name);
    expect(drawableNames([name])).toEqual([lacking.size > 0 ? '0' : name]);
    if (lacking.size === 0 && files.length > 2)
      expect((await drawn(name)).equals(await drawn([...name].map(() => NOBODYS).join('')))).toBe(false);
  },
);

test('a name is cut between signs, and wide signs count for more', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('漢字')).toBeCloseTo(3.2);
  expect(textWidth('e\u0301')).toBe(1);
  expect(short('abcdef', 6)).toBe('abcdef');
  expect(short('abcdefg', 6)).toBe('abcde…');
  expect(short('漢字漢字漢字', 6)).toBe('漢字漢…');
  expect(short('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
});
