// @ts-expect-error It comes without types.
import * as dsv from 'd3-dsv';

/** What we use of it. */
interface Dsv {
  csvParse(text: string): Record<string, string | undefined>[] & { columns: string[] };
  csvFormatRows(rows: readonly (readonly string[])[]): string;
}

const { csvParse, csvFormatRows } = dsv as Dsv;

/** The rows of a table, by the names in its head line. */
export const parseCsv = (text: string): ReturnType<Dsv['csvParse']> => csvParse(text);

/** Rows as lines of comma-separated values, in quotation marks where they need them. */
export const csvText = (rows: readonly (readonly (string | number)[])[]): string =>
  `${csvFormatRows(rows.map((row) => row.map(String)))}\n`;
