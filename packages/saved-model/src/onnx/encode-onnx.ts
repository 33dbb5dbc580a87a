import type * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';
import { writeNodes } from '../plan/plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { isMap } from './layout.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { encodeModel, valueInfo } from './onnx-proto.ts';
import { writeOperation } from './write-operation.ts';

/** Gives the graph's last result with channels last under the same name. */
function toChannelsLast(graph: OnnxGraph, name: string): void {
  const last = graph.nodes.at(-1)!;
  last.output = [`${name}/channels_first`];
  last.name = `${name}/channels_first`;
  graph.add(name, 'Transpose', last.output, { perm: [0, 2, 3, 1] });
}

/** Opset 17 is of 2022; every runtime in use knows it. Version 8 of the file format belongs to it. */
const OPSET = 17;
const IR_VERSION = 8;

/**
 * The bytes of a `model.onnx`: `image` float32 [n, h, w, c], raw pixels 0–255 → `probabilities` float32 [n, classes], for any n.
 *
 * @param model built; images [n, h, w, c] in [-1, 1] → probabilities [n, classes]
 * @throws InputError EXPORT_LAYER, EXPORT_SHAPE
 */
export function encodeOnnx(model: tf.LayersModel, description: ModelCard): Uint8Array {
  const plan = readPlan(model);
  const graph = new OnnxGraph();
  writeNodes(plan, (node, inputs: string[]) => writeOperation(graph, node, inputs));
  if (isMap(plan.output.shape)) toChannelsLast(graph, plan.output.name);
  return encodeModel({
    ir_version: IR_VERSION,
    producer_name: 'glyphlab',
    doc_string: `${description.name}: ${description.classNames.length} classes, trained on ${description.dataset}.`,
    graph: {
      name: description.name,
      node: graph.nodes,
      initializer: graph.constants,
      input: [valueInfo(plan.input.name, ['batch', ...plan.input.shape])],
      output: [valueInfo(plan.output.name, ['batch', ...plan.output.shape])],
    },
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: [
      { key: 'class_names', value: JSON.stringify(description.classNames) },
      { key: 'dataset', value: description.dataset },
      { key: 'input', value: 'raw pixels 0–255' },
    ],
  });
}
