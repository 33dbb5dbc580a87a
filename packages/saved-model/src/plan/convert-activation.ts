import type * as tf from '@tensorflow/tfjs';
import { cannotConvert } from './cannot-convert.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Activation, PlanNode } from './plan.ts';

/** A layer with what it was made with, where it is applied. */
export interface Call {
  layer: tf.layers.Layer;
  /** As `getConfig` has it: plain values under the names of the layer's options. */
  config: Record<string, unknown>;
  inputs: PlanNode[];
  /** Of its result, without the batch. */
  shape: readonly number[];
  builder: PlanBuilder;
}

/** What tfjs calls them. */
const activations: ReadonlySet<unknown> = new Set<Activation>([
  'elu',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'swish',
  'tanh',
]);

const isActivation = (name: unknown): name is Activation => activations.has(name);

/** @param name as tfjs saves it; `linear` adds nothing */
export function convertActivation({ builder, layer, inputs, shape, config }: Call, name: unknown): PlanNode {
  if (name === 'linear') return inputs[0]!;
  if (!isActivation(name)) throw cannotConvert(layer, `its activation is ${String(name)}`);
  if (
    name === 'softmax' &&
    (shape.length !== 1 || ![undefined, null, -1, 1].includes(config['axis'] as number | undefined | null))
  )
    throw cannotConvert(layer, 'its softmax is not over the classes of a vector');
  const own = inputs[0]!.name === layer.name;
  return builder.add(
    own ? `${layer.name}/${name}` : layer.name,
    { kind: 'activation', activation: name },
    inputs,
    shape,
  );
}

export function convertReLU(call: Call): PlanNode {
  const max = call.config['maxValue'] ?? undefined;
  if (max !== undefined && max !== 6) throw cannotConvert(call.layer, `it ends at ${String(max)}`);
  return convertActivation(call, max === 6 ? 'relu6' : 'relu');
}
