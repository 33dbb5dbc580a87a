import { DataType, encodeSavedModel, shapeValue } from '@glyphlab/graph/graph-def';
import type * as tf from '@tensorflow/tfjs';
import { type PlanNode, writeNodes } from '../plan/plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { TensorFlowGraph } from './tensorflow-graph.ts';
import { writeOperation } from './write-operation.ts';

const tensorInfo = ({ name, shape }: PlanNode) => ({
  name: `${name}:0`,
  dtype: DataType.FLOAT,
  tensor_shape: shapeValue([-1, ...shape]),
});

/**
 * The bytes of a `saved_model.pb`, which alone in a folder is a TensorFlow SavedModel: its signature `serving_default` takes
 * `image` float32 [n, h, w, c], raw pixels 0–255, and gives `probabilities` float32 [n, classes]. The weights are constants.
 *
 * @param model built; images [n, h, w, c] in [-1, 1] → probabilities [n, classes]
 * @throws InputError EXPORT_LAYER, EXPORT_SHAPE
 */
export function encodeServingModel(model: tf.LayersModel): Uint8Array {
  const plan = readPlan(model);
  const graph = new TensorFlowGraph();
  writeNodes(plan, (node, inputs: string[]) => writeOperation(graph, node, inputs));
  return encodeSavedModel(graph.nodes, 'serve', {
    serving_default: {
      inputs: { [plan.input.name]: tensorInfo(plan.input) },
      outputs: { [plan.output.name]: tensorInfo(plan.output) },
      method_name: 'tensorflow/serving/predict',
    },
  });
}
