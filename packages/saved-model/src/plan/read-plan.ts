import { InputError } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { Call } from './call.ts';
import { convertLayer } from './convert-layer.ts';
import { PlanBuilder } from './plan-builder.ts';
import type { Plan, PlanNode, LinearOperation, Operation } from './plan.ts';

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

/**
 * Puts each affine operation that alone reads a convolution, depthwise convolution or product into its weights, in place.
 * @returns the nodes that are left
 */
function foldBatchNorm(nodes: readonly PlanNode[]): PlanNode[] {
  const readers = new Map<PlanNode, number>();
  for (const { inputs } of nodes) for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const folded = new Set<PlanNode>();
  for (const node of nodes) {
    const [before] = node.inputs;
    if (node.operation.kind !== 'affine' || !before || readers.get(before) !== 1) continue;
    if (!isLinear(before.operation)) continue;
    node.operation = scaled(before.operation, node.operation.scale, node.operation.offset);
    node.inputs = before.inputs;
    node.name = before.name;
    folded.add(before);
  }
  return nodes.filter((node) => !folded.has(node));
}

const isLinear = (operation: Operation): operation is LinearOperation =>
  operation.kind === 'convolution' || operation.kind === 'depthwise' || operation.kind === 'product';

function scaled(operation: LinearOperation, scale: Float32Array, offset: Float32Array): LinearOperation {
  const { values, shape } = operation.kernel;
  // The outputs of a depthwise kernel [h, w, in, multiplier] are in × multiplier: its two last axes, so all the same here.
  const channels = scale.length;
  const kernel = { values: values.map((value, k) => value * scale[k % channels]!), shape };
  const bias = offset.map((value, k) => value + (operation.bias?.[k] ?? 0) * scale[k]!);
  return { ...operation, kernel, bias };
}
