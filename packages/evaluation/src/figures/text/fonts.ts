import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HasSign, readSigns } from './font-signs.ts';

const ownFont = (name: string): string => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

/** Fonts that a text is set in. */
export interface Fonts {
  /** Font files: ours first, then those of the system that have what ours lacks. */
  files: readonly string[];
  /** Signs that none of them has. */
  lacking: ReadonlySet<string>;
}

/** Our font has all of ASCII; and a figure's text may hold a picture of megabytes in it. */
const NOT_ASCII = /[^\0-\x7f]/gu;
/** What a text may hold without showing anything: spaces, controls, joiners, variation selectors. */
const INVISIBLE = /[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

/** Whether nothing is to be drawn for a sign. */
export const isInvisible = (sign: string): boolean => INVISIBLE.test(sign);

const known = new Map<string, Fonts>();
let ownSigns: HasSign | undefined;

/**
 * DejaVu Sans from its package, so that figures look alike everywhere, and behind it as few fonts of the system as hold the signs of
 * `text` that it lacks.
 */
export function fontsFor(text: string): Fonts {
  const own = ['DejaVuSans', 'DejaVuSans-Bold'].map(ownFont);
  const hasSign = (ownSigns ??= readSigns(own[0]!)!);
  const missing = [...new Set(text.match(NOT_ASCII))]
    .filter((sign) => !isInvisible(sign) && !hasSign(sign.codePointAt(0)!))
    .sort();
  const folders = fontFolders();
  const key = [...folders, missing.join('')].join('\n');
  let fonts = known.get(key);
  if (!fonts) {
    const { files, lacking } = missing.length === 0 ? { files: [], lacking: [] } : choose(missing, folders);
    known.set(key, (fonts = { files: [...own, ...files], lacking: new Set(lacking) }));
  }
  return fonts;
}

/** Again and again the font that has most of what is missing. */
function choose(missing: string[], folders: readonly string[]): { files: string[]; lacking: string[] } {
  const fonts = folders
    .flatMap(fontFiles)
    .sort((a, b) => plainness(b) - plainness(a) || a.localeCompare(b))
    .flatMap((file) => {
      const hasSign = readSigns(file);
      const signs = missing.filter((sign) => hasSign?.(sign.codePointAt(0)!));
      return signs.length > 0 ? [{ file, signs: new Set(signs) }] : [];
    });
  const files: string[] = [];
  for (let lacking = missing; ;) {
    const gains = fonts.map(({ file, signs }) => ({
      file,
      signs,
      gain: lacking.filter((sign) => signs.has(sign)).length,
    }));
    // Of those that have as many, the plainest: sorting keeps their order.
    const [best] = gains.sort((a, b) => b.gain - a.gain);
    if (!best || best.gain === 0) return { files, lacking };
    files.push(best.file);
    lacking = lacking.filter((sign) => !best.signs.has(sign));
  }
}

/** Where Linux, macOS and Windows keep fonts, of the system and of the user. */
function fontFolders(): string[] {
  const home = homedir();
  const { XDG_DATA_HOME = join(home, '.local/share'), WINDIR, LOCALAPPDATA } = process.env;
  return [
    join(XDG_DATA_HOME, 'fonts'),
    join(home, '.fonts'),
    '/usr/local/share/fonts',
    '/usr/share/fonts',
    join(home, 'Library/Fonts'),
    '/Library/Fonts',
    '/System/Library/Fonts',
    ...(WINDIR === undefined ? [] : [join(WINDIR, 'Fonts')]),
    ...(LOCALAPPDATA === undefined ? [] : [join(LOCALAPPDATA, 'Microsoft/Windows/Fonts')]),
  ];
}

function fontFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.(ttf|otf|ttc|otc)$/i.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Upright fonts of one weight without serifs look like ours. */
function plainness(file: string): number {
  const name = basename(file);
  return (
    (/sans/i.test(name) ? 1 : 0) +
    (/bold|black|heavy|light|thin|medium|italic|oblique/i.test(name) ? -4 : 0) +
    (/mono|condensed|serif/i.test(name) ? -2 : 0)
  );
}
