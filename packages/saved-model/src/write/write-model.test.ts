import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { readModel } from '../read/read-model.ts';
import { scratch } from '../testing/scratch.ts';
import { smallCard, smallModel } from '../testing/small-model.ts';
import { writeModel } from './write-model.ts';

test('a network that ONNX cannot hold is saved for tfjs alone, and it is said why', async () => {
  const model = smallModel(tf.layers.thresholdedReLU({ name: 'odd' }));
  const said: string[] = [];
  const directory = join(scratch(), 'model');
  await writeModel(directory, model, smallCard, { onMessage: (text) => said.push(text) });
  expect(said.join()).toMatch(/tfjs only[^]*odd \(ThresholdedReLU\)/);
  expect(readdirSync(directory).sort()).toEqual(['MLmodel', 'README.md', 'model.json', 'weights.bin']);
  expect(readFileSync(join(directory, 'MLmodel'), 'utf8')).not.toContain('onnx');
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).not.toContain('ONNX');
  expect((await readModel(directory, [])).card).toEqual(smallCard);
});
