import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { readModel } from '../read/read-model.ts';
import { smallCard, smallModel } from '../testing/small-model.ts';
import { exportNotes } from './export-notes.ts';
import { writeModel } from './write-model.ts';

/** Poses as a layer of tfjs, without the options of that. */
class Posing extends tf.layers.Layer {
  static className = 'Permute';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return [inputs].flat()[0]!.clone();
  }
}

test('a fault of the export loses no training: the model is saved for tfjs', async () => {
  const said: string[] = [];
  const directory = join(temporaryDirectory(), 'model');
  const model = smallModel(new Posing({}));
  await writeModel(directory, model, smallCard, { onMessage: (text) => said.push(text) });
  expect(said.join()).toMatch(/tfjs only[^]*bug in the export: TypeError/);
  expect(exportNotes(model)).toEqual(said);
  expect(readdirSync(directory)).toContain('weights.bin');
});

test('a network that ONNX cannot hold is saved for tfjs alone, and it is said why', async () => {
  const model = smallModel(tf.layers.thresholdedReLU({ name: 'odd' }));
  const said: string[] = [];
  const directory = join(temporaryDirectory(), 'model');
  await writeModel(directory, model, smallCard, { onMessage: (text) => said.push(text) });
  expect(said.join()).toMatch(/tfjs only[^]*odd \(ThresholdedReLU\)/);
  expect(readdirSync(directory).sort()).toEqual(['MLmodel', 'README.md', 'model.json', 'weights.bin']);
  expect(readFileSync(join(directory, 'MLmodel'), 'utf8')).not.toContain('onnx');
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).not.toContain('ONNX');
  expect((await readModel(directory, [])).card).toEqual(smallCard);
});
