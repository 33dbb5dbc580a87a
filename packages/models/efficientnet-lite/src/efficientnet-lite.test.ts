import { buildFor, logitsFor, savedAndLoaded } from '@glyphlab/nn/testing';
import { expect, test } from 'vitest';
import { efficientnetLite } from './index.ts';

test.each([
  { imageShape: [224, 224, 3], numClasses: 1000, last: [7, 7] },
  { imageShape: [64, 100, 1], numClasses: 10, last: [2, 4] },
] as const)(
  '$imageShape, $numClasses classes: the weights of Lite0, maps of a 32nd of the size',
  async ({ last, ...input }) => {
    const model = await buildFor(efficientnetLite, input);
    // 3,409,792 weights of the body, of which 42,016 are moving statistics, as the authors' 4.65 M with the layer of 1,000 classes.
    expect(model.countParams() - 1281 * input.numClasses).toBe(3_413_024);
    expect(model.getLayer('head_relu').outputShape).toEqual([null, ...last, 1280]);
    expect(logitsFor(model).shape).toEqual([2, input.numClasses]);
  },
);

test('images below 64 pixels are refused, with what to do', async () => {
  await expect(buildFor(efficientnetLite, { imageShape: [63, 80, 3], numClasses: 2 })).rejects.toMatchObject({
    code: 'MODEL_IMAGES_TOO_SMALL',
    kind: 'wrongInput',
    hint: expect.stringContaining('dataset.size: 64') as string,
  });
});

test('computes the same after saving and loading', async () => {
  const model = await buildFor(efficientnetLite, { imageShape: [64, 64, 3], numClasses: 4 });
  expect(logitsFor(await savedAndLoaded(model)).arraySync()).toEqual(logitsFor(model).arraySync());
});
