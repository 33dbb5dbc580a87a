import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { ModelCard } from '../model-card.ts';
import { smallCard, smallModel } from '../testing/small-model.ts';
import { writeModel } from '../write/write-model.ts';
import { readModel } from './read-model.ts';

/** As a kind's file registers it when it is imported. */
class Doubled extends tf.layers.Layer {
  static className = 'Doubled';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0]!, 2);
  }
}
const doubling = { type: 'doubling', load: async () => tf.serialization.registerClass(Doubled) };
const forget = (): void => void delete tf.serialization.SerializationMap.getMap().classNameMap['Doubled'];

async function saved(model: tf.LayersModel, card: Partial<ModelCard> = {}): Promise<string> {
  const directory = join(temporaryDirectory(), 'model');
  await writeModel(directory, model, { ...smallCard, ...card }, { onMessage: () => undefined });
  return directory;
}

async function expectSame(model: tf.LayersModel, directory: string, kinds = [doubling]): Promise<void> {
  const again = await readModel(directory, kinds);
  const images = tf.randomUniform([3, ...(model.inputs[0]!.shape.slice(1) as number[])], -1, 1);
  const [expected, found] = [model, again.model].map((one) => one.predict(images) as tf.Tensor);
  expect(found!.arraySync()).toEqual(expected!.arraySync());
}

test.each([
  ['kind', '"kind":"doubling"'],
  ['origin.architecture, as models of earlier releases have it', '"origin":{"architecture":"doubling"}'],
])('a layer of its own loads by the kind that the model names: %s', async (_, named) => {
  const model = smallModel(new Doubled({}));
  const directory = await saved(model, { kind: 'doubling' });
  const file = join(directory, 'model.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"kind":"doubling"', named));
  await expectSame(model, directory);
  expect((await readModel(directory, [doubling])).ownLayers).toEqual(['Doubled']);
  forget();
});

test('where the kind is not known, it is named, and what to do', async () => {
  const directory = await saved(smallModel(new Doubled({})), { kind: 'doubling' });
  await expect(readModel(directory, [])).rejects.toMatchObject({
    code: 'MODEL_UNKNOWN_KIND',
    kind: 'wrongInput',
    message: expect.stringMatching(/"doubling".*Doubled/),
    hint: expect.stringContaining('glyphlab.config.ts'),
  });
  const careless = { type: 'doubling', load: async () => undefined };
  await expect(readModel(directory, [careless])).rejects.toMatchObject({
    code: 'MODEL_UNKNOWN_LAYER',
    kind: 'wrongInput',
  });
});

test('a model of plain layers loads without its kind', async () => {
  const model = smallModel();
  await expectSame(model, await saved(model, { kind: 'lost' }), []);
});

test('what tfjs loses when it saves is put back: depthMultiplier, gelu_new', async () => {
  const model = tf.sequential();
  const options = { filters: 3, kernelSize: 2, depthMultiplier: 2, inputShape: [2, 2, 1] };
  model.add(tf.layers.separableConv2d(options));
  model.add(tf.layers.activation({ activation: 'gelu_new' as never }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 2 }));
  const directory = await saved(model);
  await expectSame(model, directory);
  const file = join(directory, 'model.json');
  const written = readFileSync(file, 'utf8');
  expect(written).toContain('"depth_multiplier":2');
  // As an earlier release wrote it.
  writeFileSync(file, written.replace(/,?"depth_multiplier":2/, ''));
  await expectSame(model, directory);
});

test('a model whose weights are NaN is refused: whatever it is given, it answers nonsense', async () => {
  const model = smallModel();
  const directory = await saved(model);
  const file = join(directory, 'weights.bin');
  const weights = readFileSync(file);
  weights.writeFloatLE(NaN, weights.length - 4);
  writeFileSync(file, weights);
  await expect(readModel(directory, [])).rejects.toMatchObject({
    code: 'MODEL_DAMAGED',
    where: file,
    kind: 'wrongInput',
  });
});
