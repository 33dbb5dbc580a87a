import { buildFor, logitsFor, savedAndLoaded, trainOnBars } from '@glyphlab/nn/testing';
import { expect, test } from 'vitest';
import { cnn } from './index.ts';

test.each([
  { imageShape: [28, 28, 1], numClasses: 10, parameters: 242_218 },
  { imageShape: [28, 28, 1], numClasses: 47, parameters: 246_991 },
  { imageShape: [32, 32, 3], numClasses: 10, parameters: 357_482 },
  { imageShape: [20, 25, 1], numClasses: 3, parameters: 192_163 },
] as const)(
  '$imageShape, $numClasses classes: $parameters parameters, one logit a class',
  async ({ parameters, ...input }) => {
    const model = await buildFor(cnn, input);
    expect(model.countParams()).toBe(parameters);
    expect(logitsFor(model).shape).toEqual([2, input.numClasses]);
  },
);

test('each block halves the maps; filters, kernel and hidden layer are as the options say', async () => {
  const options = { filters: [4, 6], kernelSize: 5, denseUnits: 7, dropout: 0.1 };
  const model = await buildFor(cnn, { imageShape: [28, 28, 1], numClasses: 10 }, options);
  const shapes = model.layers.map((layer) => `${layer.getClassName()} ${layer.outputShape.slice(1).join('×')}`);
  expect(shapes).toEqual([
    'InputLayer 28×28×1',
    'Conv2D 28×28×4', 'BatchNormalization 28×28×4', 'MaxPooling2D 14×14×4', 'ReLU 14×14×4',
    'Conv2D 14×14×6', 'BatchNormalization 14×14×6', 'MaxPooling2D 7×7×6', 'ReLU 7×7×6',
    'Flatten 294', 'Dense 7', 'Dropout 7', 'Dense 10',
  ]); // prettier-ignore
  expect(model.countParams()).toBe(25 * 4 + 16 + 25 * 4 * 6 + 24 + 294 * 7 + 7 + 7 * 10 + 10);
});

test.each([
  { filters: [] },
  { filters: [0] },
  { filters: 32 },
  { kernelSize: 2.5 },
  { strides: 0 },
  { strides: [] },
  { denseUnits: -1 },
  { padding: 'causal' },
  { pooling: 2 },
  { pooling: [true, 1] },
  { dropout: 1 },
  { width: 32 },
])('%j is refused', (wrong) => {
  expect(cnn.options.safeParse(wrong).success).toBe(false);
});

test('without padding, pooling and hidden layer the maps shrink by the kernels alone', async () => {
  const options = { filters: [4, 6], kernelSize: 5, padding: 'valid', pooling: false, denseUnits: 0 };
  const model = await buildFor(cnn, { imageShape: [28, 28, 1], numClasses: 10 }, options);
  const shapes = model.layers.map((layer) => `${layer.getClassName()} ${layer.outputShape.slice(1).join('×')}`);
  expect(shapes).toEqual([
    'InputLayer 28×28×1',
    'Conv2D 24×24×4', 'BatchNormalization 24×24×4', 'ReLU 24×24×4',
    'Conv2D 20×20×6', 'BatchNormalization 20×20×6', 'ReLU 20×20×6',
    'Flatten 2400', 'Dropout 2400', 'Dense 10',
  ]); // prettier-ignore
});

test('kernels, strides and pooling can differ from one convolution to the next', async () => {
  const options = { filters: [4, 6], kernelSize: [5, 3], strides: [2, 1], pooling: [false, true], denseUnits: 0 };
  const model = await buildFor(cnn, { imageShape: [28, 27, 1], numClasses: 10 }, options);
  const shapes = model.layers.map((layer) => `${layer.getClassName()} ${layer.outputShape.slice(1).join('×')}`);
  expect(shapes).toEqual([
    'InputLayer 28×27×1',
    'Conv2D 14×14×4', 'BatchNormalization 14×14×4', 'ReLU 14×14×4',
    'Conv2D 14×14×6', 'BatchNormalization 14×14×6', 'MaxPooling2D 7×7×6', 'ReLU 7×7×6',
    'Flatten 294', 'Dropout 294', 'Dense 10',
  ]); // prettier-ignore
  expect(model.countParams()).toBe(25 * 4 + 16 + 9 * 4 * 6 + 24 + 294 * 10 + 10);
});

test.each(['kernelSize', 'strides', 'pooling'])('%s of another length than the filters is refused', async (option) => {
  const options = { filters: [4, 6], [option]: option === 'pooling' ? [true, true, true] : [1] };
  const build = () => buildFor(cnn, { imageShape: [28, 28, 1], numClasses: 10 }, options);
  await expect(build()).rejects.toThrow(
    expect.objectContaining({ code: 'MODEL_LIST_LENGTH', where: `model.${option}` }),
  );
});

test.each([
  ['strides', [4, 28, 1], { filters: [4, 4, 4], strides: 2, pooling: true }],
  ['poolings', [28, 7, 1], {}],
  ['kernels', [8, 28, 1], { filters: [4, 4], kernelSize: 5, padding: 'valid', pooling: false }],
] as const)('more %s than the image has pixels for are refused', async (_, imageShape, options) => {
  const build = () => buildFor(cnn, { imageShape, numClasses: 10 }, options);
  await expect(build()).rejects.toThrow(expect.objectContaining({ code: 'MODEL_TOO_DEEP', where: 'model.filters' }));
});

test.each(['tensorflow', 'wasm'] as const)('learns on %s', async (backend) => {
  const losses = await trainOnBars(cnn, backend, 10);
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
});

test('computes the same after saving and loading', async () => {
  const model = await buildFor(cnn, { imageShape: [28, 28, 1], numClasses: 10 });
  const loaded = await savedAndLoaded(model);
  expect(logitsFor(loaded).arraySync()).toEqual(logitsFor(model).arraySync());
});
