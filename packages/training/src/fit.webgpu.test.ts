import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { webGpuMissing } from '@glyphlab/nn/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, test } from 'vitest';
import { decodeSafetensors } from './checkpoint/safetensors.ts';
import { fit } from './fit.ts';
import { Learner } from './learner.ts';
import { predict } from './predict.ts';
import { ReduceLrOnPlateau } from './schedules/reduce-lr-on-plateau.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

const missing = await webGpuMissing();
beforeEach(({ skip }) => skip(missing !== undefined, missing));

/** Two epochs of three steps, with a checkpoint. */
async function train(backend: 'cpu' | 'webgpu') {
  await tf.setBackend(backend);
  const [data, val] = [bars(48, 1), bars(16, 2)];
  const network = smallNetwork(blocks['cnn']!);
  const learner = new Learner(network, { train: data, val }, learnerOptions);
  const schedule = { monitor: 'val/loss', mode: 'min', factor: 0.5, patience: 1, minDelta: 0, cooldown: 0, minLr: 0, warmupEpochs: 0 } as const; // prettier-ignore
  const checkpointFile = join(temporaryDirectory(), 'checkpoint');
  const { history } = await fit(
    learner,
    {
      epochs: 2,
      schedule: new ReduceLrOnPlateau(schedule, 0.05),
      checkpoint: { monitor: 'val/loss', mode: 'min' },
      trainSize: data.size,
      valLabels: val.classes,
      classNames: ['a', 'b', 'c', 'd'],
    },
    { sink: { logMetrics: () => {} }, checkpointFile },
  );
  const probabilities = await predict(network, val, { batchSize: 16 });
  const { tensors } = decodeSafetensors(readFileSync(checkpointFile));
  learner.dispose();
  return { history, probabilities, weights: tensors.get('weights/0')!.values };
}

/** The largest difference of a value from its counterpart. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0);

test('a training on WebGPU has the losses, weights and predictions of the JavaScript backend', async () => {
  const expected = await train('cpu');
  const actual = await train('webgpu');
  expect(actual.history.length).toBe(2);
  for (const name of ['train/loss', 'val/loss']) {
    const of = ({ history }: typeof actual) => history.map((metrics) => metrics[name]!);
    expect(difference(of(actual), of(expected))).toBeLessThan(1e-3);
  }
  expect(actual.history[1]!['train/loss']).toBeLessThan(actual.history[0]!['train/loss']!);
  expect(difference(actual.weights, expected.weights)).toBeLessThan(1e-3);
  expect(difference(actual.probabilities, expected.probabilities)).toBeLessThan(1e-3);
});
