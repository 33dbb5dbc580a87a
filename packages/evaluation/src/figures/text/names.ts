import { fontsFor, isInvisible } from './fonts.ts';

/** What neither SVG nor a terminal takes as text. */
const CONTROL = /\p{Cc}/u;
/** Vega reads no line separators within a text. */
const oneLine = (name: string): string => name.replace(/\s+/gu, ' ');

/** The names as figures show them: one with a sign that no font here has, or with nothing to see, is its number, from 0 as the classes' are. */
export function drawableNames(names: readonly string[]): string[] {
  const lines = names.map(oneLine);
  const { lacking } = fontsFor(lines.join(''));
  const isDrawable = (name: string): boolean =>
    !CONTROL.test(name) && ![...name].some((sign) => lacking.has(sign)) && [...name].some((sign) => !isInvisible(sign));
  return lines.map((name, k) => (isDrawable(name) ? name : String(k)));
}

/** What to tell of names that figures show by their number; undefined if there are none. */
export function undrawableNote(names: readonly string[]): string | undefined {
  const drawn = drawableNames(names);
  const missing = names.filter((name, k) => drawn[k] !== oneLine(name));
  if (missing.length === 0) return undefined;
  const examples = missing.slice(0, 3).map((name) => (CONTROL.test(name) ? JSON.stringify(name) : name));
  return (
    `Figures show ${missing.length} of ${names.length} classes by number: no font on this machine has the characters of ` +
    `${examples.join(', ')}${missing.length > 3 ? ', …' : ''}. Install one, such as Noto Sans for their script.`
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
