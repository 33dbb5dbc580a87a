import { buildModel, imageTable, normalise, stepRandom, withStepRandom } from '@glyphlab/nn';
import { createNetwork, predict } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loadKind } from '../project/make.ts';
import { ownKinds } from '../project/registry.ts';

const BATCH = 16;
/** No multiple of the batch: the last one is filled up. */
const SIZE = 5 * BATCH + 7;

test.each([
  { type: 'cnn', side: 28 },
  { type: 'resnet', side: 20 },
  { type: 'efficientnet', side: 20 },
  { type: 'efficientnet-lite', side: 64 },
])('with batch norm folded, $type predicts what its layers give one after the other', async ({ type, side }) => {
  const imageShape = [side, side, 1] as const;
  const { options } = ownKinds.models.find((kind) => kind.type === type)!;
  const build = await loadKind('model', ownKinds.models, { type, ...(options.parse({}) as object) });
  const model = buildModel(() => build({ imageShape, numClasses: 10 }), 1);
  // Scales, offsets and biases such as training leaves.
  const changed = model
    .getWeights()
    .map((w, k) => (w.rank === 1 ? tf.add(w, tf.randomUniform(w.shape, -0.5, 0.5, 'float32', k + 1)) : w));
  model.setWeights(changed);
  // Waves, finer from image to image.
  const wave = (k: number): number =>
    Math.sin(((k % side) + (k % (3 * side))) * (0.1 + Math.floor(k / side ** 2) / SIZE));
  const images = Uint8Array.from({ length: SIZE * side ** 2 }, (_, k) => 127 + 127 * wave(k));
  const table = imageTable({ images, labels: new Uint8Array(SIZE), size: SIZE }, imageShape);

  const x = normalise(tf.tensor(Float32Array.from(images), [SIZE, ...imageShape]));
  // Statistics of these images, so that all layers matter.
  const random = stepRandom(tf.tensor1d([1, 1], 'int32'));
  const some = tf.gather(x, [0, 20, 40, 60, 80]);
  for (let pass = 0; pass < 20; pass++)
    tf.tidy(() => void withStepRandom(random, () => model.apply(some, { training: true })));

  const folded = await predict(createNetwork(model), table, { batchSize: BATCH });
  const expected = tf.softmax(model.apply(x, { training: false }) as tf.Tensor).dataSync<'float32'>();
  expect(folded).toHaveLength(SIZE * 10);
  const difference = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
  expect(difference(folded, expected)).toBeLessThan(1e-5);
});
