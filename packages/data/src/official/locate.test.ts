import { DataError } from '@glyphlab/core';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { loadIdxDataset } from './idx-dataset.ts';
import { fileRoles, locateFiles } from './locate.ts';
import { littleDataset, littleFiles, namedFiles, sha256, writeFiles } from './testing/idx-files.ts';

const little = littleDataset();

/** Another dataset with the same file names. */
const twin = littleDataset({ type: 'twin', name: 'Twin' });
const twinFiles = namedFiles({ trainLabels: Buffer.from('the labels of the twin') });
twin.files.trainLabels = { ...twin.files.trainLabels, sha256: sha256(twinFiles[twin.files.trainLabels.name]!) };

const locate = (directory: string) => locateFiles(little, { GLYPHLAB_DATA_DIR: directory }, [little, twin]);

test('files of another dataset in the data directory itself are passed over', async () => {
  const directory = writeFiles(temporaryDirectory(), twinFiles);
  expect(await locate(directory)).toEqual({
    found: undefined,
    looked: [join(directory, 'little'), directory, join(directory, 'Little/raw'), join(directory, 'little/Little/raw')],
  });
});

test("in the dataset's own folder they are an error", async () => {
  const directory = temporaryDirectory();
  writeFiles(join(directory, 'little'), twinFiles);
  const error = await locate(directory).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(DataError);
  expect(error).toMatchObject({
    code: 'DATA_WRONG_DATASET',
    where: join(directory, 'little', 'train-labels.gz'),
    message: 'This file belongs to Twin, not to Little.',
  });
});

test('without a data directory only system directories are looked at', async () => {
  const dataset = littleDataset({ systemDirectories: ['/nowhere'] });
  expect(await locateFiles(dataset, {}, [dataset])).toEqual({ found: undefined, looked: ['/nowhere'] });
});

/** As `little`, with names as MNIST's are. */
const digits = littleDataset({
  files: Object.fromEntries(
    Object.entries(little.files).map(([role, file]) => {
      const part = role.startsWith('train') ? 'train' : 't10k';
      return [role, { ...file, name: `${part}-${role.endsWith('Images') ? 'images-idx3' : 'labels-idx1'}-ubyte.gz` }];
    }),
  ) as typeof little.files,
});
const unpacked = Object.fromEntries(
  fileRoles.map((role) => [digits.files[role].name.replace('.gz', ''), gunzipSync(littleFiles[role])]),
);
const renamed = (change: (name: string) => string) =>
  Object.fromEntries(Object.entries(unpacked).map(([name, data]) => [change(name), data]));

test.each<[string, Record<string, Uint8Array>]>([
  ['unpacked', unpacked],
  ["in the dataset's folder", renamed((name) => `little/${name}`)],
  ['as Kaggle names them', renamed((name) => name.replace('-idx', '.idx'))],
  ['as Kaggle unpacks them', renamed((name) => `${name}/${name}`)],
  ['where torchvision puts them', renamed((name) => `Little/raw/${name}`)],
  ['where torchvision puts them in the folder of the dataset', renamed((name) => `little/Little/raw/${name}`)],
])('files are found %s', async (_, files) => {
  const directory = writeFiles(temporaryDirectory(), files);
  const { found } = await locateFiles(digits, { GLYPHLAB_DATA_DIR: directory }, [digits]);
  expect(found?.files.testLabels).toEqual(gunzipSync(littleFiles.testLabels));
  const { test: tested, train } = await loadIdxDataset(
    digits,
    { valFraction: 0.1 },
    { seed: 1, env: { GLYPHLAB_DATA_DIR: directory }, cacheDir: temporaryDirectory() },
  );
  expect([train.size, tested.size]).toEqual([36, 6]);
});

test('unpacked files of another dataset are known as such', async () => {
  const content = gunzipSync(littleFiles.trainLabels);
  const other = littleDataset({ type: 'other', name: 'Other' });
  other.files.trainLabels = { ...other.files.trainLabels, sha256: 'packed', contentSha256: sha256(content) };
  const mine = littleDataset();
  mine.files.trainLabels = { ...mine.files.trainLabels, sha256: 'another' };
  const directory = writeFiles(temporaryDirectory(), { 'little/train-labels': content });
  await expect(locateFiles(mine, { GLYPHLAB_DATA_DIR: directory }, [mine, other])).rejects.toMatchObject({
    code: 'DATA_WRONG_DATASET',
    where: join(directory, 'little', 'train-labels'),
  });
});
