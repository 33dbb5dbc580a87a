import { expect, test } from 'vitest';
import { drawStrokes } from './strokes.ts';

test('draws each class equally often, and the same images for the same seed', async () => {
  const { train, imageShape, classNames } = await drawStrokes({ size: 30 }, { seed: 1 });
  expect(train.images).toHaveLength(30 * 28 * 28);
  expect(imageShape).toEqual([28, 28, 1]);
  for (const label of classNames.keys()) expect(train.labels.filter((one) => one === label)).toHaveLength(10);

  expect((await drawStrokes({ size: 30 }, { seed: 1 })).train.images).toEqual(train.images);
  expect((await drawStrokes({ size: 30 }, { seed: 2 })).train.images).not.toEqual(train.images);
});
