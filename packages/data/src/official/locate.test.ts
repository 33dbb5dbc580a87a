import { DataError } from '@glyphlab/core';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locateFiles } from './locate.ts';
import { littleDataset, namedFiles, sha256, temporaryDirectory, writeFiles } from './testing/idx-files.ts';

const little = littleDataset();

/** Another dataset with the same file names. */
const twin = littleDataset({ type: 'twin', name: 'Twin' });
const twinFiles = namedFiles({ trainLabels: Buffer.from('the labels of the twin') });
twin.files.trainLabels = { ...twin.files.trainLabels, sha256: sha256(twinFiles[twin.files.trainLabels.name]!) };

const locate = (directory: string) => locateFiles(little, { GLYPHLAB_DATA_DIR: directory }, [little, twin]);

test('files of another dataset in the data directory itself are passed over', async () => {
  const directory = writeFiles(temporaryDirectory(), twinFiles);
  expect(await locate(directory)).toEqual({ found: undefined, looked: [join(directory, 'little'), directory] });
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
