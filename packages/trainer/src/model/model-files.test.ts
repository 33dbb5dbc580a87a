import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNetwork } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { readModel, writeModel } from './model-files.ts';
import { scratch } from '../testing/index.ts';

test('a network that ONNX cannot hold is saved for tfjs alone, and it is said why', async () => {
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [2, 2, 1] }));
  model.add(tf.layers.layerNormalization({ name: 'odd' }));
  model.add(tf.layers.dense({ units: 2 }));
  const card = {
    name: 'a "strange" name',
    dataset: 'none',
    classNames: ['|', '`'],
    imageShape: [2, 2, 1] as const,
    preprocessing: 'pixels / 127.5 - 1',
  };
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const directory = join(scratch(), 'model');
  await writeModel(directory, createNetwork(model), card, undefined);
  const message = said.mock.calls.join('');
  said.mockRestore();
  expect(message).toMatch(/tfjs only[^]*odd \(LayerNormalization\)/);
  expect(readdirSync(directory).sort()).toEqual(['MLmodel', 'README.md', 'model.json', 'weights.bin']);
  expect(readFileSync(join(directory, 'MLmodel'), 'utf8')).not.toContain('onnx');
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).not.toContain('ONNX');
  expect((await readModel(directory)).card).toEqual(card);
});
