import { InputError, nearest } from '@glyphlab/core';
import type { Optimizer } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { variablesOf } from './network.ts';

/** How a network that has learnt something already goes on learning. */
export interface FineTuning {
  /** Layers up to this one, `body` for all but the last, do not learn: for so many epochs, or for good. */
  freeze?: { until: string; forEpochs?: number | undefined } | undefined;
  /** Factor on the learning rate from each layer to the one before it, 0–1. */
  layerDecay?: number | undefined;
  /** Whether batch norms normalise by what they learnt before, or learn anew. Frozen ones keep. Default learn. */
  batchNorm?: 'keep' | 'learn' | undefined;
}

/** Weights that learn at one rate. */
export interface WeightGroup {
  weights: tf.Variable[];
  /** Times the schedule's learning rate. */
  rate: number;
}

/** What learns from an epoch on. */
export interface Phase {
  /** From 1. */
  firstEpoch: number;
  groups: WeightGroup[];
  /** Batch norms that keep their statistics. */
  kept: ReadonlySet<tf.layers.Layer>;
}

/**
 * The phases of a training, one unless layers are frozen for some epochs.
 *
 * @throws InputError FREEZE_UNKNOWN_LAYER
 */
export function planPhases(model: tf.LayersModel, { freeze, layerDecay = 1, batchNorm }: FineTuning): Phase[] {
  const frozen = freeze ? frozenLayers(model, freeze.until) : new Set<tf.layers.Layer>();
  const phase = (firstEpoch: number, frozen: ReadonlySet<tf.layers.Layer>): Phase => ({
    firstEpoch,
    groups: groupsOf(
      model.layers.filter((layer) => !frozen.has(layer)),
      layerDecay,
    ),
    kept: new Set(model.layers.filter((layer) => isBatchNorm(layer) && (batchNorm === 'keep' || frozen.has(layer)))),
  });
  const first = phase(1, frozen);
  return freeze?.forEpochs === undefined ? [first] : [first, phase(freeze.forEpochs + 1, new Set())];
}

const isBatchNorm = (layer: tf.layers.Layer): boolean => layer.getClassName() === 'BatchNormalization';

function frozenLayers(model: tf.LayersModel, until: string): Set<tf.layers.Layer> {
  const { layers } = model;
  const last = layers.findLastIndex((layer) => layer.weights.length > 0);
  if (until === 'body') return new Set(layers.slice(0, last));
  const exact = layers.findIndex(({ name }) => name === until);
  const at = exact >= 0 ? exact : layers.findLastIndex(({ name }) => name.startsWith(`${until}_`));
  if (at >= 0 && at < last) return new Set(layers.slice(0, at + 1));
  const names = layers
    .slice(0, last)
    .filter(({ weights }) => weights.length > 0)
    .map(({ name }) => name);
  const near = nearest(until, names);
  throw new InputError(
    'FREEZE_UNKNOWN_LAYER',
    at < 0 ? `The network has no layer "${until}".` : `With "${until}" frozen nothing would be left to learn.`,
    {
      where: 'training.freeze.until',
      hint: `${near ? `Did you mean "${near}"? ` : ''}Write body for all but the last layer, or one of: ${names.join(', ')}.`,
    },
  );
}

/**
 * The learning weights by depth (layer-wise decay, Clark et al. 2020, "ELECTRA", App. A): a layer with a kernel begins a depth, batch norms
 * count with the convolution before them, and a block whose layers are called `block3_…` is one. The last has the full rate.
 */
function groupsOf(layers: readonly tf.layers.Layer[], decay: number): WeightGroup[] {
  const depths: { name: string; weights: tf.Variable[] }[] = [];
  for (const layer of layers) {
    const weights = variablesOf(layer.trainableWeights);
    if (weights.length === 0) continue;
    const block = /^block\d+(?=_)/.exec(layer.name)?.[0];
    const before = depths.at(-1);
    const joins =
      before && decay < 1 ? (block === undefined ? isBatchNorm(layer) : block === before.name) : before !== undefined;
    if (joins) before!.weights.push(...weights);
    else depths.push({ name: block ?? layer.name, weights });
  }
  return depths.map(({ weights }, k) => ({ weights, rate: decay ** (depths.length - 1 - k) }));
}

/**
 * One optimizer for weights that learn at different rates, in the order of the groups.
 *
 * @param iterationsBefore updates of the phases before: an optimizer that corrects for its first ones starts anew
 */
export function groupedOptimizer(
  groups: readonly WeightGroup[],
  create: (weights: readonly tf.Variable[]) => Optimizer,
  iterationsBefore: number,
): Optimizer {
  const parts = groups.map(({ weights, rate }) => ({ optimizer: create(weights), rate, size: weights.length }));
  return {
    slots: parts.flatMap(({ optimizer }) => optimizer.slots),
    update: (gradients, lr, iteration) => {
      const since = iterationsBefore > 0 ? tf.sub(iteration, iterationsBefore) : iteration;
      let from = 0;
      for (const { optimizer, rate, size } of parts) {
        optimizer.update(gradients.slice(from, from + size), rate === 1 ? lr : tf.mul(lr, rate), since);
        from += size;
      }
    },
  };
}
