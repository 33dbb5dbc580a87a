import { InputError } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { Call } from './call.ts';
import { convertLayer } from './convert-layer.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { PlanBuilder } from './plan-builder.ts';
import type { Plan, PlanNode } from './plan.ts';

/** What tfjs-layers knows of a symbolic tensor, beyond its type declaration. */
type Source = tf.SymbolicTensor & { id: number; nodeIndex: number; tensorIndex: number };

/** Names of the plan's ends, which are those of the formats' signatures. */
const INPUT = 'image';
const OUTPUT = 'probabilities';

const isModel = (layer: tf.layers.Layer): layer is tf.LayersModel =>
  ['Sequential', 'Model', 'Functional'].includes(layer.getClassName());

const withoutBatch = (shape: readonly (number | null)[]): number[] => shape.slice(1).map(Number);

/**
 * What the model computes from raw pixels, as a plan: x / 127.5 − 1 first, batch norms folded where that can be.
 *
 * @param model built; images [n, h, w, c] in [-1, 1] → probabilities [n, classes]
 * @throws InputError EXPORT_LAYER, EXPORT_SHAPE
 */
export function readPlan(model: tf.LayersModel): Plan {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) throw wrongShape('one input and one output');
  const shape = withoutBatch(model.inputs[0]!.shape);
  if (shape.length !== 3 || shape.some((size) => !(size > 0)))
    throw wrongShape('images [height, width, channels] of a fixed size');
  const builder = new PlanBuilder([OUTPUT, 'channels_first']);
  const input = builder.add(INPUT, { kind: 'input' }, [], shape);
  const channels = new Float32Array(shape.at(-1)!);
  const normalise = { kind: 'affine', scale: channels.map(() => 1 / 127.5), offset: channels.map(() => -1) } as const;
  const normalised = builder.add('normalise', normalise, [input], shape);
  const output = walk(model, [normalised], builder)[0]!;
  output.name = OUTPUT;
  return { input, output, nodes: foldBatchNorm(builder.nodes) };
}

/** The nodes of a model's outputs, from those of its inputs. */
function walk(model: tf.LayersModel, inputs: readonly PlanNode[], builder: PlanBuilder): PlanNode[] {
  const known = new Map(model.inputs.map((tensor, k) => [(tensor as Source).id, inputs[k]!]));
  const nodeOf = (tensor: Source): PlanNode => {
    const present = known.get(tensor.id);
    if (present) return present;
    const layer = tensor.sourceLayer;
    const before = (layer.inboundNodes[tensor.nodeIndex]!.inputTensors as Source[]).map(nodeOf);
    const node = convertAny(layer, before, withoutBatch(tensor.shape), builder, tensor.tensorIndex);
    known.set(tensor.id, node);
    return node;
  };
  return (model.outputs as Source[]).map(nodeOf);
}

function convertAny(
  layer: tf.layers.Layer,
  inputs: PlanNode[],
  shape: readonly number[],
  builder: PlanBuilder,
  output = 0,
): PlanNode {
  if (isModel(layer)) return walk(layer, inputs, builder)[output]!;
  const convert: Call['convert'] = (inner, from, of) => convertAny(inner, from, of, builder);
  return convertLayer({ layer, config: layer.getConfig(), inputs, shape, builder, convert });
}

const wrongShape = (expected: string): InputError =>
  new InputError('EXPORT_SHAPE', `Only a network that takes ${expected} can be written as ONNX or SavedModel.`, {
    hint: 'tfjs keeps every network.',
  });
