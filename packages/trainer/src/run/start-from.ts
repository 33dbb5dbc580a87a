import { InputError } from '@glyphlab/core';
import type { ModelKind } from '@glyphlab/nn';
import { readModel } from '@glyphlab/saved-model';
import * as tf from '@tensorflow/tfjs';
import { modelFolder } from '../project/model-folder.ts';
import { terminal } from '../project/terminal.ts';

interface Source {
  /** For people. */
  name: string;
  /** The weights of a layer, which are disposed of afterwards. */
  weightsOf(layer: tf.layers.Layer, index: number): tf.Tensor[];
  /** Whether its last layer stands for the same classes. */
  sameClasses: boolean;
}

/**
 * Gives a network, in place, the weights of one that has learnt something: all of them, but for the last layer where the classes differ.
 *
 * @param model as the configuration builds it; its layers must be those of the other
 * @param from as `model.from` names it
 * @throws InputError MODEL_FROM_OTHER_KIND, MODEL_FROM_OTHER_LAYERS, and what `modelFolder` and `readModel` do
 */
export async function startFrom(
  model: tf.LayersModel,
  from: string,
  kind: ModelKind,
  kinds: readonly ModelKind[],
  classNames: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const pretrained = kind.pretrained?.[from];
  const source = pretrained
    ? await pretrainedSource(from, pretrained, signal)
    : await savedSource(layers, from, kind, kinds, classNames);
  const taken = source.sameClasses ? layers : layers.slice(0, -1);
  taken.forEach((layer, k) => {
    const weights = source.weightsOf(layer, k);
    layer.setWeights(weights);
    tf.dispose(weights);
  });
  const last = source.sameClasses ? 'its classes are these' : `a new last layer for ${classNames.length} classes`;
  terminal.onMessage(`Starts from ${source.name}: ${last}.`);
}

async function pretrainedSource(
  from: string,
  load: NonNullable<ModelKind['pretrained']>[string],
  signal: AbortSignal,
): Promise<Source> {
  const get = await load();
  const { weightsOf } = await get({ ...terminal, signal });
  return { name: from, weightsOf, sameClasses: false };
}

async function savedSource(
  layers: readonly tf.layers.Layer[],
  from: string,
  { type }: ModelKind,
  kinds: readonly ModelKind[],
  classNames: readonly string[],
): Promise<Source> {
  const folder = await modelFolder(from);
  const where = 'model.from';
  const { model: saved, card } = await readModel(folder, kinds);
  const known = card.kind ?? card.origin?.architecture;
  if (known !== undefined && known !== type)
    throw new InputError(
      'MODEL_FROM_OTHER_KIND',
      `${from} is a network of type ${known}, the configuration's is ${type}.`,
      {
        where,
        hint: `Write model.type: ${known}.`,
      },
    );
  const savedLayers = saved.layers.filter(({ weights }) => weights.length > 0);
  const sameClasses = card.classNames.join('\n') === classNames.join('\n');
  const shapes = (layer: tf.layers.Layer | undefined): string =>
    layer ? layer.weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ') : 'nothing';
  const compared = Math.max(layers.length, savedLayers.length) - (sameClasses ? 0 : 1);
  for (let k = 0; k < compared; k++) {
    if (shapes(layers[k]) === shapes(savedLayers[k])) continue;
    const layer = layers[k] ?? savedLayers[k]!;
    throw new InputError(
      'MODEL_FROM_OTHER_LAYERS',
      `${from} has other layers than the configuration builds: in place ${k + 1}, "${layer.name}", ${shapes(savedLayers[k])} there and ${shapes(layers[k])} here.`,
      {
        where,
        hint: `Give model the options that it was trained with, and images of its size: ${card.imageShape.join(' × ')}.`,
      },
    );
  }
  return {
    name: from === folder ? folder : `${from} (${folder})`,
    // Clones, for these are the other network's own.
    weightsOf: (_, k) => savedLayers[k]!.getWeights().map((weight) => tf.clone(weight)),
    sameClasses,
  };
}
