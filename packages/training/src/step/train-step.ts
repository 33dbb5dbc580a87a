import { inTowers, type Named, type Step } from '@glyphlab/graph';
import {
  augment,
  type Augment,
  clipByGlobalNorm,
  cutMix,
  type Loss,
  normalise,
  type Optimizer,
  type StepRandom,
  stepRandom,
  targetDistribution,
  withKeptStatistics,
  withStepRandom,
} from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { type Batch, batchOf, type ImageSource, takeBatch } from '../input/image-source.ts';
import type { Network } from '../network.ts';
import { type Distillation, distilledLoss, softTargets } from './distillation.ts';
import type { LayerWatch } from './layer-watch.ts';

export interface TrainStepOptions {
  augmentation: readonly Augment[];
  loss: Loss;
  gradientClipNorm?: number | undefined;
  ema?: { decay: number } | undefined;
  mixup?: { alpha: number } | undefined;
  cutMix?: { alpha: number } | undefined;
  distill?: Distillation | undefined;
  towers: number;
}

/**
 * One update of the weights, in plain tfjs: take the rows, augment, normalise, forward, loss, gradients, optimizer.
 *
 * Inputs: a batch; `key` int32 [2], seed and step, for all random numbers; `lr` and `iteration` (from 1) scalars; with
 * mixup `mix`, with CutMix `cut`, scalars 0–1: the share of an image's own. Output: `metrics` float32 [2], the batch's mean loss (nats) and accuracy (0–1).
 *
 * @param watch also puts out its `layers`
 */
export function trainStep(
  network: Network,
  source: ImageSource,
  optimizer: Optimizer,
  averages: tf.Variable[],
  options: TrainStepOptions,
  watch?: LayerWatch,
): Step {
  const { towers, gradientClipNorm, ema } = options;
  return ({ key, lr, iteration, mix, cut, ...inputs }) => {
    const random = stepRandom(key!);
    const results = inTowers(towers, batchOf(inputs), (part) =>
      lossAndGradients(network, source, part, random, { mix, cut }, options, watch),
    );
    const unclipped = network.trainable.map((_, k) => results[`gradient${k}`]!);
    const gradients = gradientClipNorm === undefined ? unclipped : clipByGlobalNorm(unclipped, gradientClipNorm);
    const before = watch && network.trainable.map((weight) => tf.mul(weight, 1));
    optimizer.update(gradients, lr!, iteration!);
    const layers = watch?.figures(results, unclipped, before!, network.trainable);
    if (ema) {
      averages.forEach((average, k) => {
        const change = tf.sub(network.variables[k]!, average);
        average.assign(tf.add(average, tf.mul(change, 1 - ema.decay)));
      });
    }
    return { metrics: tf.stack([results['loss']!, results['accuracy']!]), ...(layers && { layers }) };
  };
}

/** How much of an image and its label stays its own, scalars 0–1; undefined where nothing is mixed in this way. */
interface Shares {
  mix?: tf.Tensor | undefined;
  cut?: tf.Tensor | undefined;
}

/** Images and labels with those of a partner mixed in. The order is random already, so the batch reversed is a random partner. */
function mixed(
  x: tf.Tensor4D,
  labels: tf.Tensor1D,
  numClasses: number,
  { mix, cut }: Shares,
  random: StepRandom,
): { x: tf.Tensor4D; targets: tf.Tensor } {
  if (!mix && !cut) return { x, targets: labels };
  const blend = <T extends tf.Tensor>(a: T, share: tf.Tensor): T =>
    tf.add(tf.mul(a, share), tf.mul(tf.reverse(a, 0), tf.sub(1, share)));
  let targets = targetDistribution(labels, numClasses);
  if (mix) {
    // mixup (Zhang et al. 2018, §2).
    x = blend(x, mix);
    targets = blend(targets, mix);
  }
  if (cut) {
    const pasted = cutMix(x, tf.reverse(x, 0) as tf.Tensor4D, cut, random);
    x = pasted.images;
    targets = blend(targets, pasted.share);
  }
  return { x, targets };
}

function lossAndGradients(
  network: Network,
  source: ImageSource,
  batch: Batch,
  random: StepRandom,
  shares: Shares,
  options: TrainStepOptions,
  watch: LayerWatch | undefined,
): Named {
  const { images, labels } = takeBatch(source, batch);
  const augmented = normalise(augment(images, options.augmentation, random));
  const { x, targets } = mixed(augmented, labels, network.numClasses, shares, random);
  const { distill } = options;
  const loss = distill ? distilledLoss(options.loss, softTargets(x, distill), distill) : options.loss;
  let logits: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const apply = (): tf.Tensor => network.model.apply(x, { training: true }) as tf.Tensor;
    const forward = (): tf.Tensor => withStepRandom(random, () => withKeptStatistics(network.kept ?? new Set(), apply));
    logits = tf.keep(watch ? watch.observe(forward) : forward());
    return loss(logits, targets, { training: true }) as tf.Scalar;
  }, network.trainable);
  const accuracy = tf.mean(tf.cast(tf.equal(tf.argMax(logits!, -1), tf.cast(labels, 'int32')), 'float32'));
  logits!.dispose();
  return {
    loss: value,
    accuracy,
    ...watch?.outputs(),
    ...Object.fromEntries(network.trainable.map((w, k) => [`gradient${k}`, grads[w.name]!])),
  };
}
