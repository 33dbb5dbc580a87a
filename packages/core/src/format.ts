/** A share (0–1) in percent, as `99.71 %`. */
export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

/** Seconds as a person says them: `4.2 s`, `45 s`, `2 min 05 s`, `12 min`, `3 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  if (whole < 600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * A text with its control characters written out, so that a file's name or a server's words cannot steer the terminal. Line breaks
 * and tabs stay.
 */
export const visible = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/\p{Cc}/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : codeOf(sign)));

/** The same in one line, as a name in a list must be. */
export const visibleLine = (text: string): string => visible(text).replace(/[\n\t]/g, ' ');

const codeOf = (sign: string): string => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Rows as columns of equal width, two spaces apart; columns of figures stand to the right. A cell is one line. */
export function textTable(
  given: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number> = new Set(),
): string[] {
  const rows = given.map((row) => row.map(visibleLine));
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column]! - cell.length);
        return rightAligned.has(column) ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}
