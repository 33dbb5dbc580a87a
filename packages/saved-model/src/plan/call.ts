import { InputError } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { PlanBuilder } from './plan-builder.ts';
import type { Operation, PlanNode, Weights, Window } from './plan.ts';

/** A layer with what it was made with, where it is applied. */
export interface Call {
  layer: tf.layers.Layer;
  /** As `getConfig` has it: plain values under the names of the layer's options. */
  config: Record<string, unknown>;
  inputs: PlanNode[];
  /** Of its result, without the batch. */
  shape: readonly number[];
  builder: PlanBuilder;
  /** Adds a layer, or a whole model, that this one holds. @param shape of its result, without the batch */
  convert: (inner: tf.layers.Layer, inputs: PlanNode[], shape: readonly number[]) => PlanNode;
}

export type Convert = (call: Call) => PlanNode;

/** Adds an operation under the layer's name. */
export const add = ({ builder, layer, inputs, shape }: Call, operation: Operation): PlanNode =>
  builder.add(layer.name, operation, inputs, shape);

export const weightsOf = ({ layer }: Call): Weights[] =>
  layer.getWeights().map((tensor) => ({ values: tensor.dataSync<'float32'>().slice(), shape: tensor.shape }));

const pair = (value: unknown): [number, number] =>
  Array.isArray(value) ? [Number(value[0]), Number(value[1] ?? value[0])] : [Number(value), Number(value)];

/** @throws InputError for maps with channels first */
export function requireChannelsLast({ layer, config }: Call): void {
  if ((config['dataFormat'] ?? 'channelsLast') !== 'channelsLast')
    throw cannotConvert(layer, 'its maps have channels first');
}

/** @throws InputError for what the formats cannot all do */
export function windowOf(call: Call, size: unknown): Window {
  requireChannelsLast(call);
  const { config } = call;
  const window = {
    size: pair(size),
    strides: pair(config['strides'] ?? 1),
    dilations: pair(config['dilationRate'] ?? 1),
  };
  const padding = config['padding'] ?? 'valid';
  if (padding !== 'same' && padding !== 'valid') throw cannotConvert(call.layer, `its padding is ${String(padding)}`);
  return { ...window, padding };
}

/** @param known classes that can be converted, if this one cannot at all */
export function cannotConvert(layer: tf.layers.Layer, why?: string, known?: readonly string[]): InputError {
  const what = known
    ? 'Layers of this class cannot be written as ONNX or SavedModel'
    : 'It cannot be written as ONNX or SavedModel';
  return new InputError('EXPORT_LAYER', why === undefined ? `${what}.` : `${what}: ${why}.`, {
    where: `layer ${layer.name} (${layer.getClassName()})`,
    hint: `Use another layer, or export to tfjs, which keeps every layer.${known ? ` The known ones are ${known.join(', ')}.` : ''}`,
  });
}
