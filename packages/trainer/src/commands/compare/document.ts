import { textTable } from '@glyphlab/core';

/** A table; figures stand to the right. */
export interface Table {
  heads: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A curve, mostly over the epochs. */
export interface Curve {
  name: string;
  points: readonly (readonly [x: number, value: number])[];
}

/** Part of a comparison or a report, before it is known how it is shown. */
export interface Section {
  title: string;
  /** Sentences above the table. */
  notes?: readonly string[];
  table?: Table;
  /** A diff, shown as it is. */
  code?: { summary: string; text: string };
  /** A chart of curves; `isShare` has percent on its axis. */
  chart?: { xTitle?: string; yTitle: string; isShare: boolean; withDiagonal?: boolean; curves: readonly Curve[] };
  /** PNG, for pages and beside markdown. */
  picture?: { name: string; alt: string; png: Uint8Array };
}

const isFigure = (cell: string): boolean => /^(–|[-+]?[\d.,e-]+( ± [\d.,e-]+)?( %)?( s| min)?)$/.test(cell);

/** Columns that hold figures alone. */
export const figureColumns = ({ heads, rows }: Table): Set<number> =>
  new Set(heads.flatMap((_, k) => (k > 0 && rows.every((row) => isFigure(row[k] ?? '')) ? [k] : [])));

/** For a terminal; the whole of a diff only if it is asked for. */
export function toText(sections: readonly Section[], { plotOf, withCode = false }: TextOptions): string {
  const lines = sections.flatMap(({ title, notes = [], table, code, chart }) => [
    title,
    ...notes.map((note) => `  ${note}`),
    ...(table ? textTable([table.heads, ...table.rows], figureColumns(table)).map((line) => `  ${line}`) : []),
    ...(code ? (withCode ? code.text : code.summary).trimEnd().split('\n').map((line) => `  ${line}`) : []), // prettier-ignore
    ...(chart ? plotOf(chart).map((line) => `  ${line}`) : []),
    '',
  ]);
  return `${lines.join('\n').trimEnd()}\n`;
}

export interface TextOptions {
  plotOf(chart: NonNullable<Section['chart']>): string[];
  withCode?: boolean;
}

/** @param fileOf where the picture of that name was put, relative to the text; undefined leaves pictures out */
export function toMarkdown(
  heading: string,
  sections: readonly Section[],
  fileOf: (name: string) => string | undefined,
): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const parts = sections.flatMap(({ title, notes = [], table, code, picture }) => {
    const file = picture && fileOf(picture.name);
    const figures = table && figureColumns(table);
    return [
      `## ${title}`,
      ...notes,
      table &&
        [table.heads, table.heads.map((_, k) => (figures!.has(k) ? '--:' : '---')), ...table.rows]
          .map((row) => `| ${row.map(cell).join(' | ')} |`)
          .join('\n'),
      code && `\`\`\`diff\n${code.text.trimEnd()}\n\`\`\``,
      file && `![${picture!.alt}](${file})`,
    ].filter((part) => part !== undefined && part !== '');
  });
  return `${[`# ${heading}`, ...parts].join('\n\n')}\n`;
}
