import { buildFor, logitsFor, savedAndLoaded, trainOnBars } from '@glyphlab/nn/testing';
import { expect, test } from 'vitest';
import { efficientnet } from './index.ts';

test.each([
  { imageShape: [28, 28, 1], numClasses: 10, parameters: 85_890 },
  { imageShape: [28, 28, 1], numClasses: 47, parameters: 95_399 },
  { imageShape: [32, 32, 3], numClasses: 10, parameters: 86_178 },
  { imageShape: [20, 25, 1], numClasses: 3, parameters: 84_091 },
  { imageShape: [1, 1, 1], numClasses: 2, parameters: 83_834 },
] as const)(
  '$imageShape, $numClasses classes: $parameters parameters, one logit a class',
  async ({ parameters, ...input }) => {
    const model = await buildFor(efficientnet, input);
    expect(model.countParams()).toBe(parameters);
    expect(logitsFor(model).shape).toEqual([2, input.numClasses]);
  },
);

/** Of the layers of a class. */
const shapesOf = async (options: Record<string, number>, className: string): Promise<string[]> =>
  (await buildFor(efficientnet, { imageShape: [28, 28, 1], numClasses: 10 }, options)).layers
    .filter((layer) => layer.getClassName() === className)
    .map(({ outputShape }) => outputShape.slice(1).join('×'));

test('the depthwise maps are 14×14, 7×7 and 4×4; width and depth scale them', async () => {
  expect(await shapesOf({}, 'DepthwiseConv2D')).toEqual(['14×14×16', '7×7×48', '7×7×96', '4×4×96', '4×4×192']);
  const scaled = ['14×14×8', '14×14×8', '7×7×24', '7×7×48', '7×7×48', '4×4×48', '4×4×96', '4×4×96'];
  expect(await shapesOf({ width: 0.5, depth: 1.5 }, 'DepthwiseConv2D')).toEqual(scaled);
});

test('the input of a block is added where the shape stays the same', async () => {
  expect(await shapesOf({}, 'Add')).toEqual(['14×14×16', '7×7×32', '4×4×64']);
});

test.each([
  [1.2, [24, 40, 80]],
  [0.3, [8, 16, 24]],
  [2, [32, 64, 128]],
])('width %d: filters are %j, multiples of 8 and at least 90 %% of what is asked for', async (width, filters) => {
  const added = (await shapesOf({ width, depth: 2 }, 'Add')).map((shape) => Number(shape.split('×').at(-1)));
  expect([...new Set(added)]).toEqual(filters);
});

test.each([{ depth: 0 }, { width: 0.1 }, { width: '1' }, { width: Infinity }, { dropout: 1 }, { filters: 32 }])(
  '%j is refused',
  (wrong) => {
    expect(efficientnet.options.safeParse(wrong).success).toBe(false);
  },
);

test.each(['tensorflow', 'wasm'] as const)('learns on %s', async (backend) => {
  const losses = await trainOnBars(efficientnet, backend, 10);
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
});

test('computes the same after saving and loading', async () => {
  const model = await buildFor(efficientnet, { imageShape: [28, 28, 1], numClasses: 10 });
  const loaded = await savedAndLoaded(model);
  expect(logitsFor(loaded).arraySync()).toEqual(logitsFor(model).arraySync());
});
