import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from './testing.ts';
import { placeWhole, placeWholeSync, writeWhole, writeWholeSync } from './whole-file.ts';

let directory: string;
beforeEach(() => void (directory = temporaryDirectory()));

test('a file is replaced, its folder made, and nothing else stays', async () => {
  const file = join(directory, 'a/b/file');
  await writeWhole(file, 'old');
  await writeWhole(file, [Buffer.from('n'), Buffer.from('ew')]);
  expect(readFileSync(file, 'utf8')).toBe('new');
  writeWholeSync(file, 'newer');
  expect(readFileSync(file, 'utf8')).toBe('newer');
  expect(readdirSync(join(directory, 'a/b'))).toEqual(['file']);
});

test('what fails half way leaves the old file, and no draft', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'old');
  const broken = new Error('broken');
  const half = placeWhole(file, async (draft) => {
    await writeFile(draft, 'ne');
    throw broken;
  });
  await expect(half).rejects.toBe(broken);
  const halfNow = () =>
    placeWholeSync(file, (draft) => {
      writeFileSync(draft, 'ne');
      throw broken;
    });
  expect(halfNow).toThrow(broken);
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(directory)).toEqual(['file']);
});

test('a folder appears whole, and does not take the place of one with files', async () => {
  const folder = join(directory, 'folder');
  const fill = async (draft: string) => {
    await mkdir(draft);
    await writeFile(join(draft, 'file'), '');
    return 1;
  };
  expect(await placeWhole(folder, fill)).toBe(1);
  await expect(placeWhole(folder, fill)).rejects.toMatchObject({ code: 'ENOTEMPTY' });
  expect(readdirSync(directory)).toEqual(['folder']);
});

test('a draft that cannot be written is an error', async () => {
  mkdirSync(join(directory, 'file'));
  await expect(writeWhole(join(directory, 'file/..'), '')).rejects.toThrow();
  await expect(writeWhole(join(directory, 'file'), '')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(directory)).toEqual(['file']);
});

test('many writers at once leave one whole file', async () => {
  const file = join(directory, 'file');
  const texts = Array.from({ length: 20 }, (_, k) => String(k).repeat(100_000));
  await Promise.all(texts.map((text) => writeWhole(file, text)));
  expect(texts).toContain(readFileSync(file, 'utf8'));
  expect(readdirSync(directory)).toEqual(['file']);
});
