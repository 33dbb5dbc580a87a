import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { efficientnetLite } from '@glyphlab/model-efficientnet-lite';
import { buildFor } from '@glyphlab/nn/testing';
import { writeModel } from '@glyphlab/saved-model';
import { largestDifference, runOnnx } from '@glyphlab/saved-model/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { scratch } from '../../testing/index.ts';

const imageShape = [64, 72, 3] as const;
const classNames = ['a', 'b', 'c'];

/** The network for photographs has layers by channel and clips at 6, which no other of ours does. */
test('efficientnet-lite: onnxruntime says what tfjs says', { timeout: 300_000 }, async () => {
  const model = await buildFor(efficientnetLite, { imageShape, numClasses: classNames.length });
  const shape = [4, ...imageShape];
  const size = 64 * 72 * 3;
  // Ramps of another steepness and stripes in each.
  const values = Float32Array.from({ length: 4 * size }, (_, i) => ((i % size) * (1 + 7 * Math.floor(i / size))) % 256);
  const pixels = tf.tensor4d(values, shape as [number, number, number, number]);
  const images = tf.sub(tf.div(pixels, 127.5), 1);
  // Statistics as a network has that was trained on these: else its maps fade to nothing, whatever the image is.
  for (const layer of model.layers.filter((one) => one.getClassName() === 'BatchNormalization')) {
    const before = tf.model({ inputs: model.inputs, outputs: layer.input as tf.SymbolicTensor });
    const { mean, variance } = tf.moments(before.predict(images) as tf.Tensor, [0, 1, 2]);
    layer.setWeights([...layer.getWeights().slice(0, 2), mean, variance]);
  }
  const directory = join(scratch(), 'model');
  const card = {
    name: 'lite',
    kind: 'efficientnet-lite',
    dataset: 'none',
    classNames,
    preprocessing: 'pixels / 127.5 - 1',
  };
  await writeModel(directory, model, { ...card, imageShape: [...imageShape] }, { onMessage: () => undefined });

  const logits = model.predict(images) as tf.Tensor2D;
  const expected = tf.softmax(logits).dataSync<'float32'>();
  const bytes = readFileSync(join(directory, 'model.onnx'));
  const onnx = await runOnnx(bytes, values, shape);
  expect(largestDifference(onnx, expected)).toBeLessThan(1e-4);
  // What agrees by saying the same of all images would prove little.
  expect(largestDifference(expected.subarray(0, 3), expected.subarray(3, 6))).toBeGreaterThan(1e-3);
});
