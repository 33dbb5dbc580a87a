import { buildFor, logitsFor, savedAndLoaded, trainOnBars } from '@glyphlab/nn/testing';
import { expect, test } from 'vitest';
import { resnet } from './index.ts';

test.each([
  { imageShape: [28, 28, 1], numClasses: 10, parameters: 697_514 },
  { imageShape: [28, 28, 1], numClasses: 47, parameters: 702_287 },
  { imageShape: [32, 32, 3], numClasses: 10, parameters: 698_090 },
  { imageShape: [20, 25, 1], numClasses: 3, parameters: 696_611 },
  { imageShape: [1, 1, 1], numClasses: 2, parameters: 696_482 },
] as const)(
  '$imageShape, $numClasses classes: $parameters parameters, one logit a class',
  async ({ parameters, ...input }) => {
    const model = await buildFor(resnet, input);
    expect(model.countParams()).toBe(parameters);
    expect(logitsFor(model).shape).toEqual([2, input.numClasses]);
  },
);

test('the maps are 14×14, 7×7 and 4×4; depth and width say how many there are', async () => {
  const model = await buildFor(resnet, { imageShape: [28, 28, 1], numClasses: 10 }, { depth: 3, width: 8 });
  const sums = model.layers.filter((layer) => layer.getClassName() === 'Add').map(({ outputShape }) => outputShape);
  const stage = (size: number, filters: number): unknown[] => Array(3).fill([null, size, size, filters]);
  expect(sums).toEqual([...stage(14, 8), ...stage(7, 16), ...stage(4, 32)]);
});

test.each([{ depth: 0 }, { depth: 1.5 }, { width: 0 }, { width: '32' }, { dropout: 1 }, { filters: 32 }])(
  '%j is refused',
  (wrong) => {
    expect(resnet.options.safeParse(wrong).success).toBe(false);
  },
);

test.each(['tensorflow', 'wasm'] as const)('learns on %s', async (backend) => {
  const losses = await trainOnBars(resnet, backend, 10);
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
});

test('computes the same after saving and loading', async () => {
  const model = await buildFor(resnet, { imageShape: [28, 28, 1], numClasses: 10 });
  const loaded = await savedAndLoaded(model);
  expect(logitsFor(loaded).arraySync()).toEqual(logitsFor(model).arraySync());
});
