import { expect, test } from 'vitest';
import { drawImportance, drawParallel, drawSlices, type SearchedSpace } from './search-figures.ts';

const space: SearchedSpace = {
  dimensions: [
    { key: 'training.optimizer.learningRate', range: [0.001, 1], isLogarithmic: true },
    { key: 'model.dropout', range: [0, 0.6] },
    { key: 'model.filters', options: ['narrow', 'as the report'] },
  ],
  trials: Array.from({ length: 30 }, (_, k) => ({
    values: [10 ** (-3 + k / 10), (k % 7) / 10, k % 2],
    value: k === 3 ? NaN : 1 - Math.abs(k - 15) / 20,
    isStopped: k % 5 === 0,
  })),
  monitor: 'val/accuracy',
  mode: 'max',
};

const widthOf = (png: Uint8Array): number => Buffer.from(png).readUInt32BE(16);

test('figures of a search are drawn: of accuracies and losses, of trials whose loss was lost, of one option', async () => {
  expect(widthOf(await drawParallel(space, 'Trials'))).toBe(960);
  expect(widthOf(await drawSlices(space, 'Slices'))).toBeGreaterThan(900);
  const losses = { ...space, monitor: 'val/loss', mode: 'min' as const };
  expect(widthOf(await drawSlices({ ...losses, dimensions: [...space.dimensions.slice(0, 2), { key: 'a', options: ['one'] }] }, 'Slices'))).toBeGreaterThan(900); // prettier-ignore
  const shares = new Map([['model.dropout', 0.2], ['training.optimizer.learningRate', 0.8]]); // prettier-ignore
  expect(widthOf(await drawImportance([{ name: 'tpe', shares }, { name: 'random', shares }], 'What mattered'))).toBeGreaterThan(640); // prettier-ignore
});
