import { defineModel } from '@glyphlab/nn/kinds';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildNetwork } from './build-network.ts';

const images = { imageShape: [8, 8, 1], classNames: ['a', 'b', 'c'] };

/** Builds a network of these layers for those images, as a kind of a person's own. */
function build(...layers: tf.layers.Layer[]) {
  const type = 'mine';
  const mine = defineModel({ type, options: z.strictObject({}), load: async () => () => tf.sequential({ layers }) });
  const config = { model: { type }, training: { backend: 'tensorflow', threads: 1, towers: 1 }, seed: 1 };
  return buildNetwork(config as never, { models: [mine] } as never, images as never, new AbortController().signal);
}

const flat = (shape = [8, 8, 1]) => tf.layers.flatten({ inputShape: shape });
const dense = (units: number, activation?: 'relu' | 'sigmoid' | 'softmax') =>
  tf.layers.dense({ units, ...(activation && { activation }) });

test('a model of a person’s own that puts out a logit a class is built', async () => {
  expect(await build(flat(), dense(4, 'relu'), dense(3))).toMatchObject({ parameters: 64 * 4 + 4 + 4 * 3 + 3 });
});

test.each<[what: string, layers: () => tf.layers.Layer[], says: RegExp]>([
  ['ends in a softmax', () => [flat(), dense(3, 'softmax')], /ends in a softmax \(layer "dense_.*logits/],
  ['ends in a layer of softmax', () => [flat(), dense(3), tf.layers.softmax()], /ends in a softmax/],
  ['ends in an activation', () => [flat(), dense(3), tf.layers.activation({ activation: 'softmax' })], /a softmax/],
  [
    'ends in a softmax that is only reshaped after it',
    () => [flat(), dense(3, 'softmax'), tf.layers.reshape({ targetShape: [3] })],
    /a softmax/,
  ],
  ['ends in sigmoids', () => [flat(), dense(3, 'sigmoid')], /ends in a sigmoid/],
  [
    'has more outputs than there are classes',
    () => [flat(), dense(10)],
    /outputs \[10\] per image; there are 3 classes/,
  ],
  ['has fewer', () => [flat(), dense(2)], /outputs \[2\]/],
  ['puts out a map', () => [tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3 })], /\[6, 6, 3\]/],
  ['takes other images', () => [flat([28, 28, 1]), dense(3)], /takes \[28, 28, 1\]; the images are \[8, 8, 1\]/],
])('one that %s is refused before training, with what to write', async (_, layers, says) => {
  await expect(build(...layers())).rejects.toMatchObject({
    code: 'MODEL_DOES_NOT_FIT',
    where: 'model › mine',
    message: expect.stringMatching(says) as string,
    hint: expect.stringMatching(/imageShape|numClasses/) as string,
    kind: 'wrongInput',
  });
});
