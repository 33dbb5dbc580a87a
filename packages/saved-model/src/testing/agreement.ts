import { writeFileSync } from 'node:fs';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { encodeOnnx } from '../onnx/encode-onnx.ts';
import { encodeServingModel } from '../saved-model/encode-serving-model.ts';
import { largestDifference, runOnnx } from './index.ts';

export type Maps = tf.SymbolicTensor;

export const apply = (layer: tf.layers.Layer, ...x: Maps[]): Maps => layer.apply(x.length === 1 ? x[0]! : x) as Maps;

export const chain = (x: Maps, ...all: tf.layers.Layer[]): Maps => all.reduce((y, layer) => apply(layer, y), x);

/** Sides are odd and unlike, so that padding and the order of axes matter. */
const imageShape = [9, 11, 2] as const;

const card = { name: 'odd one', dataset: 'none', classNames: ['a', 'b', 'c'], imageShape, preprocessing: '' };

/** A model of images, with weights such as training leaves: batch norm's statistics, too, are to be none that change nothing. */
export function build(network: (images: Maps) => Maps): tf.LayersModel {
  const images = tf.input({ shape: [...imageShape] });
  const model = seeded(() => tf.model({ inputs: images, outputs: network(images) }));
  // A variance, 1 before, is not below 0.
  const weights = model.getWeights().map((w, k) => tf.add(w, tf.randomUniform(w.shape, -0.2, 0.2, 'float32', k + 1)));
  model.setWeights(weights);
  return model;
}

/** Initializers ask `Math.random` for a seed: first weights, and so results, are to be the same each time. */
function seeded<T>(body: () => T): T {
  const { random } = Math;
  let state = 5;
  Math.random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  try {
    return body();
  } finally {
    Math.random = random;
  }
}

/** Holds ONNX and SavedModel against tfjs, for a few images. */
export async function expectAgreement(network: (images: Maps) => Maps, tolerance = 1e-5): Promise<void> {
  const model = build(network);
  const shape = [5, ...imageShape];
  const pixels = tf.randomUniform(shape, 0, 255, 'float32', 7);
  const expected = (model.predict(pixels.div(127.5).sub(1)) as tf.Tensor).dataSync<'float32'>();
  // What agrees by saying the same of all images would prove little.
  const size = expected.length / 5;
  expect(largestDifference(expected.subarray(0, size), expected.subarray(size, 2 * size))).toBeGreaterThan(1e-3);
  const raw = pixels.dataSync<'float32'>();
  expect(largestDifference(await runOnnx(encodeOnnx(model, card), raw, shape), expected)).toBeLessThan(tolerance);

  const directory = temporaryDirectory();
  writeFileSync(`${directory}/saved_model.pb`, encodeServingModel(model));
  const { node } = loadTensorFlow(await installTensorFlow());
  const loaded = await node.loadSavedModel(directory);
  const { probabilities } = loaded.predict({ image: pixels }) as { probabilities: tf.Tensor };
  expect(largestDifference(probabilities!.dataSync(), expected)).toBeLessThan(tolerance);
  loaded.dispose();
}
