import { fontsFor } from './fonts.ts';

/** The names as figures show them: one with a sign that no font here has is its number, from 0 as the classes' are. */
export function drawableNames(names: readonly string[]): string[] {
  const { lacking } = fontsFor(names.join(''));
  return names.map((name, k) => ([...name].some((sign) => lacking.has(sign)) ? String(k) : name));
}

/** What to tell of names that figures show by their number; undefined if there are none. */
export function undrawableNote(names: readonly string[]): string | undefined {
  const drawn = drawableNames(names);
  const missing = names.filter((name, k) => drawn[k] !== name);
  if (missing.length === 0) return undefined;
  const examples = missing.slice(0, 3).join(', ');
  return (
    `Figures show ${missing.length} of ${names.length} classes by their number: no font here has the signs of ` +
    `${examples}${missing.length > 3 ? ', …' : ''}. Install one, as Noto Sans of their script.`
  );
}

const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Signs as wide as they are high. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uFF00-\uFF60]/u;
const WIDTH_OF_WIDE = 1.6;

const widthOf = (sign: string): number => (WIDE.test(sign) ? WIDTH_OF_WIDE : 1);

/** Width of a text in letters of mean width: what is put together of several code points counts once, what is wide more. */
export function textWidth(text: string): number {
  // Most texts have nothing to take apart.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return [...signs.segment(text)].reduce((sum, { segment }) => sum + widthOf(segment), 0);
}

/** A class name or run name as an axis shows it: cut, between signs, to the width of so many letters. */
export function short(name: string, length = 22): string {
  if (textWidth(name) <= length) return name;
  let [kept, width] = ['', 1];
  for (const { segment } of signs.segment(name)) {
    width += widthOf(segment);
    if (width > length) break;
    kept += segment;
  }
  return `${kept}…`;
}
