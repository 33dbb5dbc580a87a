import { temporaryDirectory } from '@glyphlab/core/testing';
import { ConfigError, describeError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadDataset } from './load-dataset.ts';
import { datasets, defineDataset, picturesOf } from './kinds.ts';
import { officialDatasets } from './official/published.ts';

test('a dataset is loaded by its type, with defaults', async () => {
  const { type, train } = await loadDataset({ type: 'synthetic', numClasses: 3 }, { seed: 1 });
  expect([type, train.size]).toEqual(['synthetic', 256]);
});

test.each([
  [{ type: 'mnits' }, 'Did you mean "mnist"?'],
  [{ type: 'mnist', valFraction: 2 }, 'valFraction'],
  [{ type: 'mnist', limits: 2 }, 'limits'],
])('refused: %j', async (options, told) => {
  const error = await loadDataset(options, { seed: 1 }).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(ConfigError);
  expect(describeError(error)).toContain(told);
});

test('nothing is begun when it is stopped already', async () => {
  const stopped = loadDataset(
    { type: 'mnist-10k' },
    { seed: 1, cacheDir: temporaryDirectory(), signal: AbortSignal.abort(new Error('stop')) },
  );
  await expect(stopped).rejects.toThrow('stop');
});

test('every official dataset has options, two mirrors or more, and a name for each class', () => {
  expect(datasets.map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(officialDatasets)));
  for (const { classNames, mirrors, type } of Object.values(officialDatasets)) {
    expect(new Set(mirrors.map((mirror) => new URL(mirror).host)).size).toBeGreaterThanOrEqual(2);
    expect(new Set(classNames).size).toBe(type === 'emnist-balanced' ? 47 : 10);
    for (const mirror of mirrors) expect(mirror.endsWith('/')).toBe(true);
  }
});

test('every option describes itself', () => {
  for (const { options } of datasets) {
    expect(options.description).toMatch(/\w/);
    for (const option of Object.values(options.shape)) expect((option as z.ZodType).description).toMatch(/\w/);
  }
});

test('a dataset that is another’s stand-in is there, and needs no options', () => {
  for (const { samples } of datasets.filter((kind) => kind.samples !== undefined))
    expect(datasets.find(({ type }) => type === samples)!.options.safeParse({}).success).toBe(true);
});

test('a model that says no more than its dataset’s name gets the pictures it was made for', () => {
  const types = ['mnist', 'mnist-10k', 'emnist-balanced', 'fashion-mnist', 'image-folder', 'synthetic', 'gone'];
  expect(types.map((type) => picturesOf(type))).toEqual([
    'mnist',
    'mnist',
    'emnist',
    'resize',
    'resize',
    'resize',
    'resize',
  ]);
});

test('a dataset of one’s own is loaded like ours', async () => {
  const halves = defineDataset({
    type: 'halves',
    pictures: 'resize',
    options: z.strictObject({ size: z.int().default(8) }),
    load:
      async () =>
      async ({ size }, { seed }) =>
        loadDataset({ type: 'synthetic', size: 2 * size }, { seed }),
  });
  expect((await loadDataset({ type: 'halves' }, { seed: 1 }, [...datasets, halves])).train.size).toBe(16);
});
