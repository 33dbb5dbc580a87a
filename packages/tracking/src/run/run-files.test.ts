import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { checkArtifactPath, filesUnder, placeDirectory, placeFile, unlessDiskIsFull } from './run-files.ts';

test('files and directories are copied whole, and a later one takes the place of an earlier', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'from', 'deep'), { recursive: true });
  writeFileSync(join(directory, 'from', 'a'), 'a');
  writeFileSync(join(directory, 'from', 'deep', 'b'), 'b');
  placeDirectory(join(directory, 'to'), join(directory, 'from'));
  expect(filesUnder(join(directory, 'to'))).toEqual(['a', 'deep/b']);
  expect(placeFile(join(directory, 'to', 'a'), { bytes: 'longer' })).toBe(6);
  expect(readFileSync(join(directory, 'to', 'a'), 'utf8')).toBe('longer');
});

test('a full disk is told and does not throw; a missing file throws', () => {
  const messages: string[] = [];
  const full = (): number => {
    writeFileSync('/dev/full', 'x');
    return 1;
  };
  expect(unlessDiskIsFull(full, (text) => messages.push(text))).toBeUndefined();
  expect(messages).toEqual([expect.stringContaining('ENOSPC')]);
  const missing = join(temporaryDirectory(), 'missing');
  expect(() =>
    unlessDiskIsFull(
      () => filesUnder(missing),
      () => undefined,
    ),
  ).toThrow('ENOENT');
});

test.each(['../a', 'a//b', '/a', 'a#b', 'a%2fb', 'a\nb', 'a/./b', ''])('the artifact path %j is refused', (path) => {
  expect(() => checkArtifactPath(path)).toThrow(expect.objectContaining({ code: 'TRACKING_BAD_ARTIFACT_PATH' }));
});
