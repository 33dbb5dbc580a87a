import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { writeOutput } from './write-output.ts';

test('a file is written with its folders, over what is there', async () => {
  const file = join(temporaryDirectory(), 'new', 'deep', 'a.csv');
  await writeOutput(file, 'one', '--out');
  await writeOutput(file, 'two', '--out');
  expect(readFileSync(file, 'utf8')).toBe('two');
});

test('what cannot be written is named with its option, and is wrong input', async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'there'));
  writeFileSync(join(folder, 'file'), '');
  const refused = { code: 'OUTPUT_NOT_WRITABLE', kind: 'wrongInput', where: '--html' };
  await expect(writeOutput(join(folder, 'there'), '', '--html')).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('is a folder') as string,
  });
  await expect(writeOutput(join(folder, 'file', 'a.html'), '', '--html')).rejects.toMatchObject(refused);
  await expect(writeOutput(join(folder, 'x'.repeat(300)), '', '--html')).rejects.toMatchObject(refused);
});

test.skipIf(!existsSync('/dev/null'))('a device is written to, not replaced', async () => {
  await writeOutput('/dev/null', 'nothing', '--out');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});
