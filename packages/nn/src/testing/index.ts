import { stepRandom, withStepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import seedrandom from 'seedrandom';
import type { z } from 'zod';
import { selectBackend } from '../backend/backend.ts';
import { buildModel } from '../models/build-model.ts';
import type { ModelInput, ModelKind } from '../models/define-model.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';

export { webGpuMissing } from './webgpu.ts';

/*
 * What the tests of every model package share.
 */

const SEED = 1;

/** The network as an experiment with these options would build it. All options have defaults, so `{}` gives the usual one. */
export async function buildFor<Options extends z.ZodObject>(
  kind: ModelKind<Options>,
  input: ModelInput,
  options: Record<string, unknown> = {},
): Promise<tf.LayersModel> {
  const build = await kind.load();
  return buildModel(() => build(kind.options.parse(options), input), SEED);
}

/** Logits for images of noise: [n, numClasses]. */
export function logitsFor(model: tf.LayersModel, n = 2): tf.Tensor {
  const shape = [n, ...(model.inputs[0]!.shape.slice(1) as number[])];
  return tf.tidy(() => model.predict(tf.randomUniform(shape, -1, 1, 'float32', String(SEED))) as tf.Tensor);
}

const BARS_SHAPE = [12, 12, 1] as const;
const NUM_BARS = 4;

/** Noisy bars at four places, one a class: learnt in a few steps. */
function bars(n: number): { images: tf.Tensor; labels: tf.Tensor } {
  const random = seedrandom.alea(String(SEED));
  const [height, width] = BARS_SHAPE;
  const pixels = Array.from({ length: n * height * width }, (_, k) => {
    const image = Math.floor(k / (height * width));
    const row = Math.floor(k / width) % height;
    return random() * 0.8 - (Math.floor((row * NUM_BARS) / height) === image % NUM_BARS ? 0 : 0.8);
  });
  const labels = Array.from({ length: n }, (_, k) => k % NUM_BARS);
  return { images: tf.tensor(pixels, [n, ...BARS_SHAPE]), labels: tf.tensor1d(labels, 'int32') };
}

/** SGD learns fastest where there is batch norm; Adam trains plain networks too, whose gradients are small at first. */
const optimizers = {
  sgd: {
    make: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
    learningRate: 0.02,
  },
  adam: {
    make: (weights) => adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 }, weights),
    learningRate: 0.001,
  },
} satisfies Record<string, { make(weights: readonly tf.Variable[]): Optimizer; learningRate: number }>;

/**
 * Trains a network for some steps on a few small pictures, as an experiment would, dropout and batch norm included.
 * @param optimizerType of any sensible network, `adam` at least halves the loss within 60 steps
 * @returns the loss of each step, nats
 */
export async function trainOnBars<Options extends z.ZodObject>(
  kind: ModelKind<Options>,
  backend: 'tensorflow' | 'wasm',
  steps: number,
  optimizerType: keyof typeof optimizers = 'sgd',
): Promise<number[]> {
  await selectBackend({ backend, threads: 2, towers: 1 });
  await tf.setBackend(backend);
  const model = await buildFor(kind, { imageShape: BARS_SHAPE, numClasses: NUM_BARS });
  const weights = model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  const { make, learningRate } = optimizers[optimizerType];
  const optimizer = make(weights);
  const { images, labels } = bars(16);
  const losses = Array.from({ length: steps }, (_, step) =>
    tf.tidy(() => {
      const random = stepRandom(tf.tensor1d([SEED, step], 'int32'));
      const { value, grads } = tf.variableGrads(() => {
        const logits = withStepRandom(random, () => model.apply(images, { training: true }) as tf.Tensor);
        return crossEntropy(logits, labels) as tf.Scalar;
      }, weights);
      const gradients = weights.map(({ name }) => grads[name]!);
      optimizer.update(gradients, tf.scalar(learningRate), tf.scalar(step + 1));
      return value.dataSync()[0]!;
    }),
  );
  tf.dispose([images, labels, optimizer.slots]);
  model.dispose();
  return losses;
}

/**
 * The model after saving it and loading it with plain tfjs, which knows no layers but its own. Both have new weights, no two alike,
 * so that none can be mistaken for another.
 */
export async function savedAndLoaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  const weights = model.getWeights().map((w, k) => tf.add(w, tf.randomUniform(w.shape, 0, 0.1, 'float32', k + 1)));
  model.setWeights(weights);
  weights.forEach((w) => w.dispose());
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    }),
  );
  // As text, as it lies in a file.
  const { modelTopology, weightSpecs, weightData } = saved!;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: JSON.parse(JSON.stringify(modelTopology)) as object,
      weightSpecs: weightSpecs!,
      weightData: weightData!,
    }),
  );
}
