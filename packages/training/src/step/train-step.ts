import { inTowers, type Named, type Step } from '@glyphlab/graph';
import {
  augment,
  type Augment,
  clipByGlobalNorm,
  type ImageTable,
  type Loss,
  normalise,
  type Optimizer,
  type StepRandom,
  stepRandom,
  takeRows,
  targetDistribution,
  withKeptStatistics,
  withStepRandom,
} from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { Network } from '../network.ts';

export interface TrainStepOptions {
  augmentation: readonly Augment[];
  loss: Loss;
  gradientClipNorm?: number | undefined;
  ema?: { decay: number } | undefined;
  mixup?: { alpha: number } | undefined;
  towers: number;
}

/**
 * One update of the weights, in plain tfjs: take the rows, augment, normalise, forward, loss, gradients, optimizer.
 *
 * Inputs: `rows` int32 [n]; `key` int32 [2], seed and step, for all random numbers; `lr` and `iteration` (from 1) scalars; with
 * mixup `mix`, a scalar 0–1. Output: `metrics` float32 [2], the batch's mean loss (nats) and accuracy (0–1).
 */
export function trainStep(
  network: Network,
  table: ImageTable,
  optimizer: Optimizer,
  averages: tf.Variable[],
  options: TrainStepOptions,
): Step {
  const { towers, gradientClipNorm, ema } = options;
  return ({ rows, key, lr, iteration, mix }) => {
    const random = stepRandom(key!);
    const results = inTowers(towers, { rows: rows! }, (part) =>
      lossAndGradients(network, table, part['rows']!, random, mix, options),
    );
    let gradients = network.trainable.map((_, k) => results[`gradient${k}`]!);
    if (gradientClipNorm !== undefined) gradients = clipByGlobalNorm(gradients, gradientClipNorm);
    optimizer.update(gradients, lr!, iteration!);
    if (ema) {
      averages.forEach((average, k) => {
        const change = tf.sub(network.variables[k]!, average);
        average.assign(tf.add(average, tf.mul(change, 1 - ema.decay)));
      });
    }
    return { metrics: tf.stack([results['loss']!, results['accuracy']!]) };
  };
}

function lossAndGradients(
  network: Network,
  table: ImageTable,
  rows: tf.Tensor,
  random: StepRandom,
  mix: tf.Tensor | undefined,
  options: TrainStepOptions,
): Named {
  const { images, labels } = takeRows(table, rows as tf.Tensor1D);
  let x = normalise(augment(images, options.augmentation, random));
  let targets: tf.Tensor = labels;
  if (mix) {
    // mixup (Zhang et al. 2018, §2). The order is random already, so the batch reversed is a random partner.
    const blend = <T extends tf.Tensor>(a: T): T => tf.add(tf.mul(a, mix), tf.mul(tf.reverse(a, 0), tf.sub(1, mix)));
    x = blend(x);
    targets = blend(targetDistribution(labels, network.numClasses));
  }
  let logits: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const forward = (): tf.Tensor => network.model.apply(x, { training: true }) as tf.Tensor;
    logits = tf.keep(withStepRandom(random, () => withKeptStatistics(network.kept ?? new Set(), forward)));
    return options.loss(logits, targets, { training: true }) as tf.Scalar;
  }, network.trainable);
  const accuracy = tf.mean(tf.cast(tf.equal(tf.argMax(logits!, -1), tf.cast(labels, 'int32')), 'float32'));
  logits!.dispose();
  return {
    loss: value,
    accuracy,
    ...Object.fromEntries(network.trainable.map((w, k) => [`gradient${k}`, grads[w.name]!])),
  };
}

/**
 * Exchanges the weights and their moving averages.
 * Output: `done`, so that there is something to fetch.
 */
export function swapStep(network: Network, averages: tf.Variable[]): Step {
  return () => {
    averages.forEach((average, k) => {
      const variable = network.variables[k]!;
      const weight = tf.mul(variable, 1);
      variable.assign(tf.mul(average, 1));
      average.assign(weight);
    });
    return { done: tf.scalar(1) };
  };
}
