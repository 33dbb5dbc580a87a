import { ConfigError, describeError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { loadDataset } from './load-dataset.ts';
import { officialDatasets } from './official/published.ts';
import { datasetSchemas } from './options.ts';
import { temporaryDirectory } from './official/testing/idx-files.ts';

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
  expect(Object.keys(datasetSchemas)).toEqual(expect.arrayContaining(Object.keys(officialDatasets)));
  for (const { classNames, mirrors, type } of Object.values(officialDatasets)) {
    expect(new Set(mirrors.map((mirror) => new URL(mirror).host)).size).toBeGreaterThanOrEqual(2);
    expect(new Set(classNames).size).toBe(type === 'emnist-balanced' ? 47 : 10);
    for (const mirror of mirrors) expect(mirror.endsWith('/')).toBe(true);
  }
});
