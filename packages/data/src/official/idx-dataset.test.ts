import { DataError, describeError } from '@glyphlab/core';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { loadIdxDataset } from './idx-dataset.ts';
import type { IdxOptions } from './options.ts';
import type { OfficialDataset } from './published.ts';
import { imagesIdx, labelsIdx, littleDataset, littleFiles, namedFiles, writeFiles } from './testing/idx-files.ts';
import { answering, mirror, serving } from './testing/mirror.ts';

interface Given {
  dataset?: OfficialDataset;
  options?: Partial<IdxOptions>;
  env?: NodeJS.ProcessEnv;
  cacheDir?: string;
  seed?: number;
}

const load = ({ dataset = littleDataset(), options, env = {}, cacheDir = temporaryDirectory(), seed = 1 }: Given) =>
  loadIdxDataset(dataset, { valFraction: 0.1, ...options }, { env, cacheDir, seed, pauseMs: 1 });

const dataDir = (files: Record<string, Uint8Array | undefined>) => ({
  GLYPHLAB_DATA_DIR: writeFiles(temporaryDirectory(), files),
});
const inFolder = (files: Record<string, Uint8Array | undefined>) =>
  dataDir(Object.fromEntries(Object.entries(files).map(([name, data]) => [`little/${name}`, data])));

async function refusal(given: Given): Promise<string> {
  const error = await load(given).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).kind).toBe('wrongInput');
  return describeError(error);
}

test('a dataset comes out of its folder in the data directory', async () => {
  const env = inFolder(namedFiles());
  const { train, val, test: testSplit, ...rest } = await load({ env });
  expect([train.size, val.size, testSplit.size]).toEqual([36, 4, 6]);
  expect(rest).toEqual({
    type: 'little',
    name: 'Little',
    classNames: ['even', 'odd'],
    imageShape: [2, 3, 1],
    source: join(env.GLYPHLAB_DATA_DIR, 'little'),
    notes: [],
  });
  expect(testSplit.images.subarray(6, 12)).toEqual(Uint8Array.of(255, 1, 1, 1, 1, 1));
});

test('it also comes out of the data directory itself, a system directory, or the cache', async () => {
  const [own, system, cacheDir] = [dataDir(namedFiles()), temporaryDirectory(), temporaryDirectory()];
  expect((await load({ env: own })).source).toBe(own.GLYPHLAB_DATA_DIR);
  writeFiles(system, namedFiles());
  expect((await load({ dataset: littleDataset({ systemDirectories: ['/nowhere', system] }) })).source).toBe(system);
  writeFiles(join(cacheDir, 'little'), namedFiles());
  expect((await load({ cacheDir })).source).toBe(join(cacheDir, 'little'));
});

test('files that differ from the official ones are used, with a note', async () => {
  const testLabels = gzipSync(labelsIdx([1, 1, 1, 1, 1, 1]));
  const { notes, test: testSplit } = await load({ env: inFolder(namedFiles({ testLabels })) });
  expect(notes).toEqual([expect.stringMatching(/^Not the official files of Little: test-labels.gz in .* differ.$/)]);
  expect([...testSplit.labels]).toEqual([1, 1, 1, 1, 1, 1]);
});

test('the same content packed in another way is official', async () => {
  const trainImages = gzipSync(imagesIdx(40), { level: 1 });
  expect(trainImages).not.toEqual(littleFiles.trainImages);
  const dataset = littleDataset();
  const { createHash } = await import('node:crypto');
  dataset.files.trainImages.contentSha256 = createHash('sha256').update(imagesIdx(40)).digest('hex');
  expect((await load({ dataset, env: inFolder(namedFiles({ trainImages })) })).notes).toEqual([]);
});

test('images stored transposed are turned upright', async () => {
  const { imageShape, test: testSplit } = await load({
    dataset: littleDataset({ transposed: true }),
    env: inFolder(namedFiles()),
  });
  expect(imageShape).toEqual([3, 2, 1]);
  expect(testSplit.images.subarray(6, 12)).toEqual(Uint8Array.of(255, 1, 1, 1, 1, 1));
});

test('a limit holds for each part', async () => {
  const {
    train,
    val,
    test: testSplit,
  } = await load({ env: inFolder(namedFiles()), options: { limit: 4, valFraction: 0.5 } });
  expect([train, val, testSplit].map(({ size }) => size)).toEqual([4, 4, 4]);
  expect([...train.labels].sort()).toEqual([0, 0, 1, 1]);
});

test.each<[what: string, change: Parameters<typeof namedFiles>[0], told: string[]]>([
  ['a file missing', { testLabels: undefined }, ['[DATA_FILE_MISSING]', 'lacks test-labels.gz']],
  [
    'fewer labels than images',
    { testLabels: gzipSync(labelsIdx([0, 1])) },
    ['[DATA_LABELS_MISMATCH]', '2 labels for the 6 images'],
  ],
  ['label out of range', { trainLabels: gzipSync(labelsIdx([0, 2])) }, ['[DATA_LABEL_RANGE]', 'train-labels.gz']],
  ['not gzip', { trainImages: Buffer.from('hello') }, ['[DATA_NOT_GZIP]', 'train-images.gz']],
  ['one image', { trainImages: gzipSync(imagesIdx(1)), trainLabels: gzipSync(labelsIdx([0])) }, ['[DATA_TOO_FEW]']],
  [
    'images of another size',
    { testImages: gzipSync(Buffer.from('00000803000000060000000100000001010203040506', 'hex')) },
    ['[DATA_SHAPE_MISMATCH]', '2 × 3', '1 × 1'],
  ],
])('refused: %s', async (_, change, told) => {
  const text = await refusal({ env: inFolder(namedFiles(change)) });
  for (const part of told) expect(text).toContain(part);
});

test('a data directory that does not exist is refused', async () => {
  expect(await refusal({ env: { GLYPHLAB_DATA_DIR: '/does/not/exist' } })).toContain(
    '[DATA_DIR_MISSING] /does/not/exist',
  );
});

test('what is nowhere is downloaded once, from the mirror that has it', async () => {
  const [gone, good] = [await mirror(answering(404)), await mirror(serving(namedFiles()))];
  const dataset = littleDataset({ mirrors: [gone.url, good.url] });
  const cacheDir = temporaryDirectory();
  const first = await load({ dataset, cacheDir });
  expect(await load({ dataset, cacheDir })).toEqual(first);
  expect(good.requests).toHaveLength(4);
  expect(readdirSync(join(cacheDir, 'little')).sort()).toEqual(Object.keys(namedFiles()).sort());
});

test('only what is missing or damaged in the cache is downloaded', async () => {
  const good = await mirror(serving(namedFiles()));
  const cacheDir = temporaryDirectory();
  writeFiles(join(cacheDir, 'little'), namedFiles({ testLabels: undefined, testImages: Buffer.from('torn') }));
  await load({ dataset: littleDataset({ mirrors: [good.url] }), cacheDir });
  expect(good.requests.map(({ path }) => path)).toEqual(['/data/test-images.gz', '/data/test-labels.gz']);
});

test('several may download into the same cache at once', async () => {
  const good = await mirror(serving(namedFiles()));
  const given = { dataset: littleDataset({ mirrors: [good.url] }), cacheDir: temporaryDirectory() };
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => load(given)));
  for (const other of others) expect(other).toEqual(first);
  expect(readdirSync(join(given.cacheDir, 'little')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('when no mirror has it, the error tells where it was looked for and what to do', async () => {
  const gone = await mirror(answering(404));
  const [env, cacheDir] = [dataDir({ 'other.txt': Buffer.from('') }), temporaryDirectory()];
  const told = await refusal({ dataset: littleDataset({ mirrors: [gone.url, 'http://127.0.0.1:1/'] }), env, cacheDir });
  expect(told).toContain('[DATA_NOT_FOUND] little');
  expect(told).toContain('Files: train-images.gz, train-labels.gz, test-images.gz, test-labels.gz');
  const looked = [join(env.GLYPHLAB_DATA_DIR, 'little'), env.GLYPHLAB_DATA_DIR];
  expect(told).toContain(`Looked in: ${looked.join(', ')}, `);
  expect(told).toContain(`, ${join(cacheDir, 'little')}\n`);
  expect(told).toContain(`Tried: ${gone.url}train-images.gz – status 404`);
  expect(told).toMatch(/Tried: http:\/\/127.0.0.1:1\/train-images.gz – .*ECONNREFUSED/);
  expect(told).toContain('from a book, and put them into');
});

test('a cache that cannot be written is told before anything is downloaded', async () => {
  const good = await mirror(serving(namedFiles()));
  const cacheDir = join(temporaryDirectory(), 'file');
  writeFileSync(cacheDir, 'in the way');
  const told = await refusal({ dataset: littleDataset({ mirrors: [good.url] }), cacheDir });
  expect(told).toContain('[DATA_DIR_NOT_WRITABLE]');
  expect(told).toContain('GLYPHLAB_CACHE_DIR');
  expect(good.requests).toEqual([]);
});
