import { InputError } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { type BackendInfo, buildModel, type ModelInput, selectBackend } from '@glyphlab/nn';
import { exportNotes } from '@glyphlab/saved-model';
import { createNetwork, type Network } from '@glyphlab/training';
import type * as tf from '@tensorflow/tfjs';
import { loadKind } from '../project/make.ts';
import type { Kinds } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';
import { startFrom } from './start-from.ts';
import type { SettledConfig } from './settle-config.ts';

/** The network of an experiment with its first weights, and what computes it. */
export interface BuiltNetwork {
  network: Network;
  backend: BackendInfo;
  parameters: number;
}

/**
 * Loads TensorFlow, installing it if need be, and builds the network.
 * @param resumes whether a checkpoint has the weights
 * @throws InputError if the model does not fit images and classes, or does not end in logits
 */
export async function buildNetwork(
  config: SettledConfig,
  { models }: Kinds,
  { imageShape, classNames }: Dataset,
  signal: AbortSignal,
  { resumes = false } = {},
): Promise<BuiltNetwork> {
  const { backend, threads, towers } = config.training;
  const chosen = await selectBackend({ backend, threads, towers, ...terminal, signal });
  const { from, ...asked } = config.model;
  const { type } = asked;
  const build = await loadKind('model', models, asked);
  const input = { imageShape, numClasses: classNames.length };
  const model = buildModel(() => build(input), config.seed);
  requireFit(model, type, input);
  // A run that is resumed has its weights in the checkpoint, and what it started from may be another by now.
  if (from !== undefined && !resumes) {
    const kind = models.find((known) => known.type === type)!;
    await startFrom(model, from, kind, models, classNames, signal);
  }
  const parameters = model.countParams();
  terminal.onMessage(
    `${type}: ${parameters.toLocaleString('en')} parameters, on ${chosen.name} ${chosen.version} with ${chosen.threads} thread(s)`,
  );
  for (const note of exportNotes(model)) terminal.onMessage(`Note: ${note}`);
  return { network: createNetwork(model), backend: chosen, parameters };
}

/** What would train, be saved and answer nonsense, or end in an error of TensorFlow's. */
function requireFit(model: tf.LayersModel, type: string, { imageShape, numClasses }: ModelInput): void {
  const refuse = (message: string, hint: string): never => {
    throw new InputError('MODEL_DOES_NOT_FIT', message, { where: `model › ${type}`, hint });
  };
  const shapeOf = (tensor: tf.SymbolicTensor | undefined): string => `[${(tensor?.shape ?? []).slice(1).join(', ')}]`;
  const [image, logits] = [`[${imageShape.join(', ')}]`, `[${numClasses}]`];
  if (model.inputs.length !== 1 || shapeOf(model.inputs[0]) !== image)
    refuse(
      `The model takes ${model.inputs.map(shapeOf).join(' and ')}; the images are ${image}.`,
      'Take the shape from imageShape.',
    );
  if (model.outputs.length !== 1 || shapeOf(model.outputs[0]) !== logits)
    refuse(
      `The model outputs ${model.outputs.map(shapeOf).join(' and ')} per image; there are ${numClasses} classes.`,
      'Let the last layer have numClasses units: tf.layers.dense({ units: numClasses }).',
    );
  const last = lastThatComputes(model.outputs[0]!.sourceLayer);
  const activation = last.getClassName() === 'Softmax' ? 'softmax' : last.getConfig()['activation'];
  if (activation === 'softmax' || activation === 'sigmoid')
    refuse(
      `The model ends in a ${activation} (layer "${last.name}"). The loss takes logits, and applies the softmax itself.`,
      'Leave it out: tf.layers.dense({ units: numClasses }), without activation.',
    );
}

/** Layers that change the shape of what they get, or nothing in a trained model. */
const PASSING_ON = new Set(['Flatten', 'Reshape', 'Permute', 'Dropout']);

/** The layer that the values of an output come from. */
function lastThatComputes(layer: tf.layers.Layer): tf.layers.Layer {
  const before = PASSING_ON.has(layer.getClassName()) ? layer.inboundNodes[0]?.inboundLayers[0] : undefined;
  return before === undefined ? layer : lastThatComputes(before);
}
