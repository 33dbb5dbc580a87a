import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeModel } from '@glyphlab/saved-model';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { buildPlayground } from './build-playground.ts';
import { prepareKeepFolder } from './keep-pictures.ts';
import { newestModel } from './newest-model.ts';

const runs = temporaryDirectory();
const elsewhere = temporaryDirectory();

test('the newest model of a workspace is taken, whatever other folders are there', () => {
  expect(newestModel(runs)).toBeUndefined();
  for (const [run, day] of Object.entries({ a: 2, b: 3, c: 1 })) {
    mkdirSync(join(runs, run, 'model'), { recursive: true });
    writeFileSync(join(runs, run, 'model', 'model.json'), '{}');
    utimesSync(join(runs, run, 'model', 'model.json'), day * 86_400, day * 86_400);
  }
  mkdirSync(join(runs, 'without-a-model'));
  expect(newestModel(runs)).toBe(join(runs, 'b', 'model'));
});

test('a folder that holds something else is left alone', async () => {
  writeFileSync(join(elsewhere, 'thesis.txt'), 'dear to someone');
  await expect(buildPlayground({ models: [join(runs, 'a', 'model')], out: elsewhere })).rejects.toMatchObject({
    code: 'OUT_NOT_EMPTY',
    kind: 'wrongInput',
  });
});

test('a folder without a model is said to be none', async () => {
  const build = buildPlayground({ models: [join(runs, 'without-a-model')], out: join(runs, 'out') });
  await expect(build).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', kind: 'wrongInput' });
});

test('a folder to keep pictures in must be one, and every class the name of one', () => {
  const file = join(elsewhere, 'file.txt');
  writeFileSync(file, '');
  const keep = (directory: string, classNames: string[]) => () => prepareKeepFolder(directory, { classNames });
  expect(keep(file, ['a', 'b'])).toThrow(expect.objectContaining({ code: 'KEEP_NOT_WRITABLE', kind: 'wrongInput' }));
  expect(keep(elsewhere, ['a', '..', 'a/b'])).toThrow('These classes cannot be names of folders: .., a/b.');
});

/** As a kind's file registers it. */
class Doubled extends tf.layers.Layer {
  static className = 'Doubled';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0]!, 2);
  }
}

test('a network with layers of its own, which no page has, is refused by their names', async () => {
  tf.serialization.registerClass(Doubled);
  const network = tf.sequential();
  network.add(tf.layers.flatten({ inputShape: [2, 2, 1] }));
  network.add(new Doubled({}));
  network.add(tf.layers.dense({ units: 2 }));
  const model = join(runs, 'own', 'model');
  const card = { name: 'own', kind: 'own', dataset: 'none', classNames: ['a', 'b'], preprocessing: '' };
  await writeModel(model, network, { ...card, imageShape: [2, 2, 1] }, { onMessage: () => undefined });
  const build = buildPlayground({ models: [model], out: join(runs, 'out') });
  await expect(build).rejects.toMatchObject({
    code: 'PLAYGROUND_OWN_LAYERS',
    kind: 'wrongInput',
    message: expect.stringContaining('Doubled') as string,
  });
});
