import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { ModelCard } from '../model-card.ts';
import { readModel } from '../read/read-model.ts';
import { largestDifference, runOnnx } from '../testing/index.ts';
import { exportModel } from './export-model.ts';
import type { ModelFormat } from './formats.ts';
import { writeModel } from './write-model.ts';

const imageShape = [6, 8, 1] as const;
const base: ModelCard = {
  name: 'first',
  dataset: 'stripes',
  classNames: ['a', 'é', 'c'],
  imageShape: [...imageShape],
  preprocessing: 'pixels / 127.5 - 1',
  pictures: 'mnist',
};
const SHAPE = [5, ...imageShape];
const pixels = tf.randomUniform(SHAPE, 0, 255, 'float32', 7);

/** A registered layer of a kind's own. */
class Halved extends tf.layers.Layer {
  static className = 'HalvedForEnsembles';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0]!, 0.5);
  }
}
const halving = { type: 'halving', load: async () => tf.serialization.registerClass(Halved) };

/** Networks whose layers are called alike, with layers in layers, and what tfjs loses when it saves. */
function network(seed: number, more: tf.layers.Layer[] = []): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      tf.layers.dense({ units: 6, inputShape: [24], name: 'same', activation: 'gelu_new' as never }),
      tf.layers.batchNormalization({ name: 'norm' }),
    ],
  });
  const model = tf.sequential({
    layers: [
      tf.layers.separableConv2d({
        filters: 3, kernelSize: 3, depthMultiplier: 2, inputShape: [...imageShape], name: 'filters',
      }),
      tf.layers.reshape({ targetShape: [4, 18], name: 'rows' }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 6, name: 'each' }) as tf.layers.Layer }),
      tf.layers.flatten({ name: 'flat' }),
      inner,
      ...more,
      tf.layers.dense({ units: 3, name: 'last' }),
    ],
  }); // prettier-ignore
  model.setWeights(model.getWeights().map((w, k) => tf.randomUniform(w.shape, 0.2, 1.4, 'float32', seed + k)));
  return model;
}

async function saved(model: tf.LayersModel, card: Partial<ModelCard> = {}): Promise<string> {
  const directory = join(temporaryDirectory(), 'model');
  await writeModel(directory, model, { ...base, ...card }, { onMessage: () => undefined });
  return directory;
}

const meanOf = (models: readonly tf.LayersModel[]): Float32Array =>
  tf.tidy(() => {
    const images = pixels.div(127.5).sub(1);
    const each = models.map((model) => tf.softmax(model.predict(images) as tf.Tensor2D));
    return tf.div(tf.addN(each), each.length).dataSync<'float32'>() as Float32Array;
  });

async function exported(directories: readonly string[], format: ModelFormat, kinds = [halving]): Promise<string> {
  const out = temporaryDirectory();
  await exportModel(
    directories.map((directory) => ({ name: directory, directory, kinds })),
    { format, out },
  );
  return out;
}

test('three models are written as one that gives the mean of their probabilities, in every format', async () => {
  const models = [network(1), network(100), network(300)];
  const [one, other] = [meanOf([models[0]!]), meanOf([models[1]!])];
  const expected = meanOf(models);
  // What agrees because the members do would prove little.
  expect(largestDifference(one, other)).toBeGreaterThan(0.1);
  const folders = await Promise.all(models.map((model, k) => saved(model, { name: k === 2 ? 'third' : 'first' })));

  const onnx = readFileSync(join(await exported(folders, 'onnx'), 'model.onnx'));
  const raw = pixels.dataSync<'float32'>() as Float32Array;
  expect(largestDifference(await runOnnx(onnx, raw, SHAPE), expected)).toBeLessThan(1e-5);

  const { node } = loadTensorFlow(await installTensorFlow());
  const served = await node.loadSavedModel(await exported(folders, 'savedmodel'));
  const { probabilities } = served.predict({ image: pixels }) as { probabilities: tf.Tensor };
  expect(largestDifference(probabilities!.dataSync(), expected)).toBeLessThan(1e-5);
  served.dispose();

  const page = await exported(folders, 'tfjs');
  const { modelTopology, weightsManifest } = JSON.parse(
    readFileSync(join(page, 'model.json'), 'utf8'),
  ) as tf.io.ModelJSON;
  const weightData = new Uint8Array(readFileSync(join(page, 'weights.bin'))).buffer;
  const artifacts = { modelTopology: modelTopology as object, weightSpecs: weightsManifest[0]!.weights, weightData };
  const plain = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const said = (plain.predict(pixels.div(127.5).sub(1)) as tf.Tensor).dataSync();
  expect(largestDifference(said, expected)).toBeLessThan(1e-5);

  // It is a model of ours again: to be measured, asked, exported.
  const again = await readModel(page, []);
  expect(again.card).toMatchObject({
    name: 'mean of 2 × first, third',
    classNames: base.classNames,
    pictures: 'mnist',
  });
  expect(largestDifference(meanOf([again.model]), expected)).toBeLessThan(1e-5);
  const rewritten = readFileSync(join(await exported([page], 'onnx'), 'model.onnx'));
  expect(largestDifference(await runOnnx(rewritten, raw, SHAPE), expected)).toBeLessThan(1e-5);
  expect(readFileSync(join(page, 'README.md'), 'utf8')).toMatch(
    /mean of the probabilities of 3 network\(s\)[^]*\*\*third\*\*/,
  );
});

test('layers of a kind’s own are found again in the whole', async () => {
  const models = [network(1), network(50, [new Halved({ name: 'halved' })])];
  await halving.load();
  const folders = [await saved(models[0]!), await saved(models[1]!, { kind: 'halving' })];
  const out = await exported(folders, 'tfjs');
  delete tf.serialization.SerializationMap.getMap().classNameMap[Halved.className];
  await expect(readModel(out, [])).rejects.toMatchObject({ code: 'MODEL_UNKNOWN_KIND', message: expect.stringContaining('"halving"') as string }); // prettier-ignore
  const { model, ownLayers } = await readModel(out, [halving]);
  expect(ownLayers).toEqual([Halved.className]);
  expect(largestDifference(meanOf([model]), meanOf(models))).toBeLessThan(1e-5);
});

test.each([
  [
    'images',
    { imageShape: [6, 9, 1] as [number, number, number] },
    /takes images \[6, 8, 1\]; \S+ takes images \[6, 9, 1\]/,
  ],
  ['preprocessing', { preprocessing: 'pixels / 255' }, /pixels \/ 127\.5 - 1; \S+ prepares pixels as pixels \/ 255/],
  ['drawing of pictures', { pictures: 'emnist' as const }, /draws pictures as mnist; \S+ draws pictures as emnist/],
  [
    'classes',
    { classNames: ['a', 'c', 'é'] },
    /classes \(3, in place 2 é\); \S+ knows the classes \(3, in place 2 c\)/,
  ],
  [
    'number of classes',
    { classNames: ['a', 'é'] },
    /\(3, in place 3 c\); \S+ knows the classes \(2, in place 3 none\)/,
  ],
])('models of other %s are refused', async (_, card, message) => {
  const folders = [await saved(network(1)), await saved(network(2), card)];
  await expect(exported(folders, 'onnx')).rejects.toMatchObject({
    code: 'MODELS_DO_NOT_MATCH',
    kind: 'wrongInput',
    where: '--model',
    message: expect.stringMatching(message) as string,
  });
});

test('accents written as characters of their own are the same class', async () => {
  const folders = [await saved(network(1)), await saved(network(2), { classNames: ['a', 'e\u0301', 'c'] })];
  expect(readFileSync(join(await exported(folders, 'onnx'), 'model.onnx')).length).toBeGreaterThan(0);
});
