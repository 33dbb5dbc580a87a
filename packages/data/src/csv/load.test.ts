import { DataError, describeError } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { classCounts } from '../dataset.ts';
import { loadDataset } from '../load-dataset.ts';

const folder = temporaryDirectory();
const cacheDir = temporaryDirectory();
/** 40 pictures, each of a grey of its own. */
beforeAll(async () => {
  mkdirSync(join(folder, 'deep'));
  for (let k = 0; k < 40; k++) {
    const background = { r: k, g: k, b: k };
    await sharp({ create: { width: 3, height: 2, channels: 3, background } }).toFile(join(folder, `deep/${k}.png`));
  }
});

const load = (table: string, options: object = {}) => {
  const file = join(temporaryDirectory(), 'table.csv');
  writeFileSync(file, table);
  return loadDataset({ type: 'csv', file, directory: folder, channels: 1, ...options }, { seed: 1, cacheDir, env: {} });
};
const faultOf = async (table: string, options?: object): Promise<string> =>
  load(table, options).then(
    () => 'none',
    (fault: DataError) => describeError(fault),
  );
const rows = (from: number, to: number, rest: (k: number) => string): string =>
  Array.from({ length: to - from }, (_, k) => `deep/${from + k}.png,${rest(from + k)}`).join('\n');

test('a table gives pictures, classes and parts, in its order', async () => {
  const table = `\uFEFFpath,label,split\n${rows(0, 8, (k) => `"b, c",${k < 2 ? '' : 'train'}`)}\n${rows(8, 12, () => 'a,TEST')}\n${rows(12, 16, () => 'a,valid')}\n${rows(16, 18, () => 'a,train')}`;
  const dataset = await load(table);
  expect([dataset.type, dataset.name, dataset.classNames, dataset.imageShape]).toEqual(['csv', 'table', ['a', 'b, c'], [2, 3, 1]]); // prettier-ignore
  const greys = ({ images }: { images: Uint8Array }) => [...images].filter((_, k) => k % 6 === 0);
  expect(greys(dataset.train)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 16, 17]);
  expect([greys(dataset.test), greys(dataset.val)]).toEqual([[8, 9, 10, 11], [12, 13, 14, 15]]); // prettier-ignore
  expect([...dataset.train.labels]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
});

test('without a column of parts they are drawn; columns have any name; perClass counts', async () => {
  const table = `label,file\n${Array.from({ length: 40 }, (_, k) => `${k % 2},deep/${k}.png`).join('\n')}`;
  const dataset = await load(table, { path: 'file', perClass: 5, valFraction: 0.2 });
  expect([dataset.train, dataset.val, dataset.test].map((part) => classCounts(part, 2))).toEqual([[4, 4], [1, 1], [15, 15]]); // prettier-ignore
});

test('300 classes have numbers of their own, through all parts', async () => {
  const folder = temporaryDirectory();
  const names = Array.from({ length: 300 }, (_, k) => String(k).padStart(3, '0'));
  const picture = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123' } }).png().toBuffer(); // prettier-ignore
  const lines = names.flatMap((name) => ['train', 'val', 'test'].map((part) => [`${name}-${part}.png`, name, part]));
  for (const [file] of lines) writeFileSync(join(folder, file!), picture);
  const {
    classNames,
    train,
    test: tested,
  } = await load(`path,label,split\n${lines.map((line) => line.join()).join('\n')}`, {
    directory: folder,
  });
  expect(classNames).toEqual(names);
  expect([...train.labels]).toEqual(names.map((_, k) => k));
  expect([...tested.labels]).toEqual([...train.labels]);
});

test.each([
  ['file,label\na,b', ['[DATA_CSV_COLUMN]', 'There is no column "path". Columns: file, label.', ':1', 'dataset.path']],
  ['path,label,split\na,b,trian\na,,train\n,c,', ['4 errors', 'line 2: "trian" is not a part', 'line 3: no label', 'line 3: a is already in line 2', 'line 4: no path']], // prettier-ignore
  ['path,label\na,b', ['[DATA_ONE_CLASS]', 'one class, "b"']],
  ['', ['[DATA_CSV_COLUMN]', 'Columns: none']],
  ['path,label\nnot-there.png,a\ndeep/1.png,b', ['[DATA_PICTURES_UNREADABLE]', 'not-there.png']],
])('the table %j is refused, saying why', async (table, told) => {
  const fault = await faultOf(table, { size: 4 });
  for (const text of told) expect(fault).toContain(text);
});

test('a table that is not there, or is a folder, is told as such', async () => {
  const of = (file: string) => loadDataset({ type: 'csv', file }, { seed: 1, cacheDir, env: {} }).catch(describeError);
  expect(await of('nowhere.csv')).toContain('There is no file "nowhere.csv"');
  expect(await of(folder)).toContain('This is a folder, not a file');
});
