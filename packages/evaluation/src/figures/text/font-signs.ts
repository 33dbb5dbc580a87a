import { closeSync, openSync, readSync } from 'node:fs';

/** Whether a font has an outline for a code point. */
export type HasSign = (codePoint: number) => boolean;

/** Encodings of a table `cmap` by Unicode code points, the fullest first: platform and encoding. */
const UNICODE = ['3 10', '0 6', '0 4', '3 1', '0 3'];
/** Larger than the tables of any font that holds all of Unicode. */
const LONGEST_TABLE = 16 * 1024 * 1024;

/**
 * Reads which signs a font file has; of a collection (.ttc) its first font. Only its table `cmap` is read, in the formats 4 and 12,
 * which all fonts for the screen have (OpenType 1.9, "cmap").
 *
 * @returns undefined if it is no OpenType font, or has pictures in place of outlines
 */
export function readSigns(file: string): HasSign | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const table = cmapTable(descriptor);
    return table && signsOf(table);
  } catch {
    // Broken or unreadable: as if it were not there.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function read(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.min(length, LONGEST_TABLE));
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, position));
}

function cmapTable(descriptor: number): Buffer | undefined {
  const start = read(descriptor, 0, 16);
  const offset = start.toString('latin1', 0, 4) === 'ttcf' ? start.readUInt32BE(12) : 0;
  const count = read(descriptor, offset + 4, 2).readUInt16BE();
  const directory = read(descriptor, offset + 12, 16 * count);
  const tables = new Map<string, [position: number, length: number]>();
  for (let at = 0; at + 16 <= directory.length; at += 16)
    tables.set(directory.toString('latin1', at, at + 4), [directory.readUInt32BE(at + 8), directory.readUInt32BE(at + 12)]); // prettier-ignore
  const cmap = tables.get('cmap');
  const hasOutlines = ['glyf', 'CFF ', 'CFF2'].some((name) => tables.has(name));
  return cmap && hasOutlines ? read(descriptor, ...cmap) : undefined;
}

function signsOf(cmap: Buffer): HasSign | undefined {
  const offsets = new Map<string, number>();
  for (let at = 4; at < 4 + 8 * cmap.readUInt16BE(2); at += 8)
    offsets.set(`${cmap.readUInt16BE(at)} ${cmap.readUInt16BE(at + 2)}`, cmap.readUInt32BE(at + 4));
  const encoding = UNICODE.find((name) => offsets.has(name));
  if (encoding === undefined) return undefined;
  const table = cmap.subarray(offsets.get(encoding)!);
  const format = table.readUInt16BE();
  if (format === 12) return groupedSigns(table);
  return format === 4 ? segmentedSigns(table) : undefined;
}

/** Format 12: groups of code points with successive glyphs. */
function groupedSigns(table: Buffer): HasSign {
  const count = table.readUInt32BE(12);
  return (codePoint) => {
    const k = firstOf(count, (group) => table.readUInt32BE(16 + 12 * group + 4) >= codePoint);
    return k < count && table.readUInt32BE(16 + 12 * k) <= codePoint;
  };
}

/** Format 4: segments of code points below 65,536; glyph 0 means none. */
function segmentedSigns(table: Buffer): HasSign {
  const size = table.readUInt16BE(6);
  const [ends, starts, deltas, ranges] = [14, 16 + size, 16 + 2 * size, 16 + 3 * size];
  return (codePoint) => {
    const k = firstOf(size / 2, (segment) => table.readUInt16BE(ends + 2 * segment) >= codePoint);
    if (2 * k === size || table.readUInt16BE(starts + 2 * k) > codePoint) return false;
    const range = table.readUInt16BE(ranges + 2 * k);
    if (range === 0) return ((codePoint + table.readUInt16BE(deltas + 2 * k)) & 0xffff) !== 0;
    return table.readUInt16BE(ranges + 2 * k + range + 2 * (codePoint - table.readUInt16BE(starts + 2 * k))) !== 0;
  };
}

/** The first index that is large enough, `count` if none is. */
function firstOf(count: number, isEnough: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
