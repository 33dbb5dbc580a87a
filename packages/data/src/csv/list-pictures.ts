import { DataError, nearest } from '@glyphlab/core';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { resolve } from 'node:path';
import type { FolderListing } from '../image-folder/classes.ts';
import { AT_ONCE, byCode, firstOf } from '../image-folder/files.ts';
import { identify, type Listing, refuseClassNumber } from '../image-folder/listing.ts';
import { type FolderRole, partNamed } from '../image-folder/parts.ts';
import { parseCsv } from './dsv.ts';
import type { CsvOptions } from './options.ts';

interface Row {
  /** Of the file, counted from 1, the head line included. */
  line: number;
  name: string;
  className: string;
  part: FolderRole;
}

/**
 * The pictures of a table, by part: `all` where it has no column of parts. Classes are sorted by name, pictures stand in the
 * table's order.
 *
 * @param file for messages, and to tell caches apart
 * @throws DataError with the lines, if columns or values are missing, a part is none, or a picture is listed twice
 */
export async function listPictures(
  text: string,
  file: string,
  directory: string,
  columns: Pick<CsvOptions, 'path' | 'label' | 'split'>,
): Promise<FolderListing> {
  const rows = readRows(text, file, columns);
  const classNames = [...new Set(rows.map(({ className }) => className))].sort(byCode);
  if (classNames.length < 2) {
    const what = classNames.length === 0 ? 'no pictures' : `one class, "${classNames[0]}"`;
    throw new DataError('DATA_ONE_CLASS', `It lists ${what}: there is nothing to learn.`, { where: file });
  }
  refuseClassNumber(classNames.length, file);
  const labelOf = new Map(classNames.map((name, label) => [name, label]));
  const listing: FolderListing = {};
  for (const part of ['all', 'train', 'val', 'test'] as const) {
    const own = rows.filter((row) => row.part === part);
    if (own.length > 0) listing[part] = await listPart(own, part === 'all' ? file : `${file} › ${part}`);
  }
  return listing;

  async function listPart(own: readonly Row[], folder: string): Promise<Listing> {
    const pictures = await mapParallel(
      own,
      async ({ name, className }) => {
        const path = resolve(directory, name);
        return { path, name, label: labelOf.get(className)!, ...(await identify(path)) };
      },
      AT_ONCE,
    );
    return { folder, classNames, others: [], pictures };
  }
}

function readRows(text: string, file: string, columns: Pick<CsvOptions, 'path' | 'label' | 'split'>): Row[] {
  // Spreadsheets begin a file with a mark of the byte order.
  const table = parseCsv(text.replace(/^\uFEFF/, ''));
  const names = table.columns.map((name) => name.trim());
  for (const key of ['path', 'label'] as const) {
    const column = columns[key];
    if (names.includes(column)) continue;
    const similar = nearest(column, names);
    throw new DataError('DATA_CSV_COLUMN', `There is no column "${column}". Columns: ${names.join(', ') || 'none'}.`, {
      where: `${file}:1`,
      hint: `Name it in the configuration: dataset.${key}: ${similar ?? names[0] ?? 'NAME'}. Columns are separated by commas.`,
    });
  }
  const hasSplit = names.includes(columns.split);
  const problems: string[] = [];
  const seen = new Map<string, number>();
  const rows = table.map((record, k): Row => {
    const value = (column: string): string => (record[table.columns[names.indexOf(column)]!] ?? '').trim();
    const line = k + 2;
    const [name, className] = [value(columns.path), value(columns.label).normalize('NFC')];
    if (name === '') problems.push(`line ${line}: no ${columns.path}.`);
    if (className === '') problems.push(`line ${line}: no ${columns.label}.`);
    const split = hasSplit ? value(columns.split) : undefined;
    const part = split === undefined ? 'all' : split === '' ? 'train' : partNamed(split);
    if (!part) problems.push(`line ${line}: "${split}" is not a part. Expected train, val or test.`);
    const before = seen.get(name);
    if (before !== undefined) problems.push(`line ${line}: ${name} is already in line ${before}.`);
    seen.set(name, line);
    return { line, name, className, part: part ?? 'train' };
  });
  if (problems.length === 0) return rows;
  throw new DataError('DATA_CSV_ROWS', `${problems.length} errors in its lines:\n${firstOf(problems)}`, {
    where: file,
    hint: 'List every picture once, with its class. A value that contains a comma or a quotation mark must be in quotation marks.',
  });
}
