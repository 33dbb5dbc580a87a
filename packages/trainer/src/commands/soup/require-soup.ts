import { InputError } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import type { ModelCard } from '@glyphlab/saved-model';
import type { Network } from '@glyphlab/training';
import type * as tf from '@tensorflow/tfjs';

/** A model that is to go into a soup. */
export interface Member {
  /** As a person named it. */
  name: string;
  network: Network;
  card: ModelCard;
}

const shapesOf = (layer: tf.layers.Layer | undefined): string =>
  layer ? layer.weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ') : 'nothing';

/** @throws InputError SOUP_OF_ENSEMBLE; SOUP_OTHER_LAYERS with the first layer that differs */
export function requireOneArchitecture(members: readonly Member[]): void {
  for (const { name, card } of members)
    if (card.meanOf?.what === 'probabilities')
      throw new InputError('SOUP_OF_ENSEMBLE', `${name} is several networks in one, whose weights have no mean.`, {
        where: '--model',
        hint: 'Name its members instead.',
      });
  const [first, ...others] = members as [Member, ...Member[]];
  const layersOf = ({ network }: Member): tf.layers.Layer[] =>
    network.model.layers.filter(({ weights }) => weights.length > 0);
  const ours = layersOf(first);
  for (const other of others) {
    const theirs = layersOf(other);
    const place = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, k) => k).find(
      (k) => shapesOf(ours[k]) !== shapesOf(theirs[k]) || ours[k]!.getClassName() !== theirs[k]!.getClassName(),
    );
    if (place === undefined) continue;
    const describe = (layer: tf.layers.Layer | undefined): string =>
      layer ? `${layer.getClassName()} with weights ${shapesOf(layer)}` : 'nothing';
    throw new InputError(
      'SOUP_OTHER_LAYERS',
      `The models do not share an architecture: layer ${place + 1} with weights is ${describe(ours[place])} in ${first.name}, and ${describe(theirs[place])} in ${other.name}.`,
      {
        where: '--model',
        hint: 'Only networks of the same layers have a mean of weights. npx glyphlab export --model … averages the answers of unlike ones.',
      },
    );
  }
}

/** @throws InputError SOUP_OTHER_DATA */
export function requireSameData({ name, card }: Member, { imageShape, classNames, name: dataset }: Dataset): void {
  if (card.imageShape.join() === imageShape.join() && card.classNames.join('\n') === classNames.join('\n')) return;
  throw new InputError(
    'SOUP_OTHER_DATA',
    `${name} takes images [${card.imageShape}] and knows ${card.classNames.length} classes; ${dataset} has images [${imageShape}] and ${classNames.length} classes, which must be the same ones in the same order.`,
    { where: '--config', hint: `Give the configuration that it was trained with. It was trained on ${card.dataset}.` },
  );
}
