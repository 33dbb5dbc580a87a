import {
  adam, affine, blur, colorJitter, crossEntropyLoss, elastic, erasing, flip, focalLoss, grayscale, muon, perspective, randomResizedCrop, sgd,
} from '@glyphlab/nn'; // prettier-ignore
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { Learner, type LearnerOptions } from '../learner.ts';
import { mixShares, shareTensors } from './mix-share.ts';
import { bars, blocks, learnerOptions, smallNetwork } from '../testing/index.ts';
import { trainStep } from './train-step.ts';
import { epochOrder } from './epoch-order.ts';

const STEPS = 20;
const BATCH = 16;
const table = bars(STEPS * BATCH, 1);
afterAll(() => tf.disposeVariables());

const LR = 0.02;
const heavyBall = { momentum: 0.9, nesterov: false, weightDecay: 0 };
const paper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 };
const withSgd = (change: Partial<typeof heavyBall>): Partial<LearnerOptions> => ({
  createOptimizer: (weights) => sgd({ ...heavyBall, ...change }, weights),
});
/** At a tenth of the usual rate, since Adam is given the same. */
const withAdam = (weightDecay = 0): Partial<LearnerOptions> => ({
  createOptimizer: (weights) => {
    const { slots, update } = adam({ ...paper, weightDecay }, weights);
    return { slots, update: (gradients, lr, iteration) => update(gradients, tf.mul(lr, 0.1), iteration) };
  },
});

const withMuon: Partial<LearnerOptions> = {
  createOptimizer: (weights) =>
    muon(
      { learningRate: LR, momentum: 0.9, nesterov: true, steps: 5, weightDecay: 0.01, adamLearningRate: 0.002 },
      weights,
    ),
};

const cases: [name: string, block: string, options: Partial<LearnerOptions>][] = [
  ['cnn, dropout, SGD', 'cnn', {}],
  ['residual network', 'resnet', {}],
  ['depthwise convolution with squeeze and excitation', 'depthwise', {}],
  ['noise of every kind', 'noisy', {}],
  ['recurrent layers with dropout', 'recurrent', {}],
  ['convolutional recurrent layers with dropout', 'recurrent maps', {}],
  ['plain SGD', 'cnn', withSgd({ momentum: 0 })],
  ['Nesterov, weight decay', 'cnn', withSgd({ nesterov: true, weightDecay: 1e-3 })],
  ['Adam', 'cnn', withAdam()],
  ['AdamW', 'cnn', withAdam(0.01)],
  ['Muon', 'cnn', withMuon],
  ['affine', 'cnn', { augmentation: [(x, random) => affine(x, { rotation: 10, scale: 0.1, shear: 5, translate: 1 }, random)] }],
  ['elastic', 'cnn', { augmentation: [(x, random) => elastic(x, { alpha: 10, sigma: 2 }, random)] }],
  ['erasing', 'cnn', { augmentation: [(x, random) => erasing(x, { probability: 0.5, area: [0.05, 0.2] }, random)] }],
  ['photographs: flip, crop, perspective', 'cnn', { augmentation: [
    (x, random) => flip(x, { horizontal: 0.5, vertical: 0.2 }, random),
    (x, random) => randomResizedCrop(x, { area: [0.5, 1], aspect: [0.75, 1.33] }, random),
    (x, random) => perspective(x, { distortion: 0.3, probability: 0.5, fill: 'edge' }, random),
  ] }],
  ['photographs: colour, grey, blur', 'cnn', { augmentation: [
    (x, random) => tf.mean(grayscale(colorJitter(tf.tile(x, [1, 1, 1, 3]), { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 }, random), { probability: 0.3 }, random), 3, true),
    (x, random) => blur(x, { probability: 0.5, sigma: [0.1, 1] }, random),
  ] }],
  ['CutMix', 'cnn', { cutMix: { alpha: 1 } }],
  ['CutMix or mixup', 'cnn', { cutMix: { alpha: 1 }, mixup: { alpha: 0.2 } }],
  ['distillation', 'cnn', { distill: { teachers: [smallNetwork(blocks['resnet']!, 5), smallNetwork(blocks['cnn']!, 6)], temperature: 3, weight: 0.7 } }],
  ['distillation of mixtures', 'cnn', { mixup: { alpha: 0.2 }, distill: { teachers: [smallNetwork(blocks['cnn']!, 7)], temperature: 1, weight: 1 } }],
  ['class weights', 'cnn', { loss: crossEntropyLoss(0, [1, 2, 3, 4]) }],
  ['focal loss', 'cnn', { loss: focalLoss(2, undefined) }],
  ['label smoothing, clipping, EMA, mixup', 'cnn', { loss: crossEntropyLoss(0.1, undefined), gradientClipNorm: 0.5, ema: { decay: 0.9 }, mixup: { alpha: 0.2 } }],
]; // prettier-ignore

/** Losses and weights after an epoch of twenty steps, as one graph call each. */
async function compiled(
  block: string,
  options: LearnerOptions,
  data = table,
): Promise<{ loss: number; weights: number[] }> {
  const network = smallNetwork(blocks[block]!);
  const learner = new Learner(network, { train: data, val: data }, options);
  const { loss } = await learner.trainEpoch({ epoch: 1, lrAt: () => LR });
  learner.pull();
  const weights = network.variables.flatMap((v) => [...v.dataSync()]);
  learner.dispose();
  return { loss, weights };
}

/** The same steps, op by op. */
function eager(block: string, options: LearnerOptions): { loss: number; weights: number[] } {
  const network = smallNetwork(blocks[block]!);
  const optimizer = options.createOptimizer(network.trainable);
  const averages = options.ema ? network.variables.map((v) => tf.variable(v, false)) : [];
  const step = trainStep(network, table, optimizer, averages, options);
  const order = epochOrder(table.size, options.seed, 1);
  let loss = 0;
  for (let k = 0; k < STEPS; k++) {
    tf.tidy(() => {
      const { metrics } = step({
        rows: tf.tensor1d(order.subarray(k * BATCH, (k + 1) * BATCH), 'int32'),
        key: tf.tensor1d([options.seed, k + 1], 'int32'),
        lr: tf.scalar(LR),
        iteration: tf.scalar(k + 1),
        ...shareTensors(mixShares(options, options.seed, k + 1)),
      });
      loss += metrics!.dataSync()[0]! / STEPS;
    });
  }
  const weights = network.variables.flatMap((v) => [...v.dataSync()]);
  tf.dispose([optimizer.slots, averages]);
  return { loss, weights };
}

/** Distance of two lists of weights, relative to their size. */
function distance(a: readonly number[], b: readonly number[]): number {
  const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  return norm(a.map((x, k) => x - b[k]!)) / norm(b);
}

test.each(cases)('%s: twenty compiled steps equal twenty eager ones', async (_, block, change) => {
  const options = { ...learnerOptions, optimizer: sgd, ...change, batchSize: BATCH };
  const [fast, slow] = [await compiled(block, options), eager(block, options)];
  expect(Math.abs(fast.loss - slow.loss) / slow.loss).toBeLessThan(1e-5);
  expect(distance(fast.weights, slow.weights)).toBeLessThan(1e-5);
});

/** As a person may write one, after tfjs's documentation. */
class OwnNoise extends tf.layers.Layer {
  static className = 'OwnNoise';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.add(x!, tf.randomNormal(x!.shape));
  }
}

test('a layer that draws its numbers in JavaScript is named, also in a model within the model', async () => {
  const own = (): tf.layers.Layer => new OwnNoise({ name: 'own-noise' });
  const inner = (): tf.layers.Layer =>
    tf.sequential({ layers: [tf.layers.flatten({ inputShape: [12, 12, 1] }), own()] });
  const outer = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    tf.layers.flatten().apply(own().apply(x)) as tf.SymbolicTensor;
  for (const block of [outer, (x: tf.SymbolicTensor) => inner().apply(x) as tf.SymbolicTensor]) {
    const learner = new Learner(
      smallNetwork(block),
      { train: table, val: table },
      { ...learnerOptions, batchSize: BATCH },
    );
    await expect(learner.trainEpoch({ epoch: 1, lrAt: () => LR })).rejects.toMatchObject({
      code: 'GRAPH_RANDOM',
      message: expect.stringMatching(/^Layer "own-noise" \(OwnNoise\): tf\.randomNormal draws/) as string,
    });
    learner.dispose();
  }
});

test('a few steps in bfloat16 stay within three percent of float32', async () => {
  const few = bars(3 * BATCH, 1);
  const exact = await compiled('cnn', { ...learnerOptions, batchSize: BATCH }, few);
  const rough = await compiled('cnn', { ...learnerOptions, batchSize: BATCH, precision: 'bf16' }, few);
  expect(distance(rough.weights, exact.weights)).toBeGreaterThan(0);
  expect(distance(rough.weights, exact.weights)).toBeLessThan(0.03);
});
