import { type Activation, partOf, type PlanNode, type Recurrence, type Weights } from '../plan/plan.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** ONNX's order of the gates, each by its place in tfjs's. */
const gatesOf = { GRU: [0, 1, 2], LSTM: [0, 3, 1, 2], RNN: [0] } as const;

/** What runtimes have inside a recurrence, with ONNX's own defaults for the slopes, which are tfjs's. */
const activations: Partial<Record<Activation | 'linear', string>> = {
  elu: 'Elu',
  hardSigmoid: 'HardSigmoid',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  tanh: 'Tanh',
};

/** Else its steps have to be written out. */
export const hasOwnOperator = ({ activation, gateActivation, cell }: Recurrence): boolean =>
  activation in activations && (cell === 'RNN' || gateActivation in activations);

/** [in, gates · units] → [1, gates · units, in]; a bias [gates · units] → [1, gates · units]; gates in ONNX's order. */
function arranged(weights: Weights, order: readonly number[]): Float32Array {
  const parts = order.map((gate) => partOf(weights, gate, order.length));
  const [rows, units] = [weights.shape.length === 1 ? 1 : weights.shape[0]!, parts[0]!.shape.at(-1)!];
  const result = new Float32Array(weights.values.length);
  parts.forEach(({ values }, gate) =>
    values.forEach((value, k) => {
      const [row, unit] = [Math.floor(k / units), k % units];
      result[(gate * units + unit) * rows + row] = value;
    }),
  );
  return result;
}

export function writeRecurrence(graph: OnnxGraph, node: PlanNode, operation: Recurrence, x: string): string {
  const { name, inputs } = node;
  const { cell, kernel, recurrentKernel, bias, backwards, all } = operation;
  const order = gatesOf[cell];
  const [width, units] = [inputs[0]!.shape[1]!, recurrentKernel.shape[0]!];
  const size = order.length * units;
  const values = [
    graph.floats(`${name}/kernel`, arranged(kernel, order), [1, size, width]),
    graph.floats(`${name}/recurrent`, arranged(recurrentKernel, order), [1, size, units]),
  ];
  if (bias) {
    // The second half is of the recurrent kernel, which has none of its own in tfjs.
    const both = new Float32Array(2 * size);
    both.set(arranged(bias, order));
    values.push(graph.floats(`${name}/bias`, both, [1, 2 * size]));
  }
  const inside = activations[operation.activation]!;
  const gates = activations[operation.gateActivation]!;
  const used = { GRU: [gates, inside], LSTM: [gates, inside, inside], RNN: [inside] }[cell];
  const attributes = {
    hidden_size: units,
    direction: { text: backwards ? 'reverse' : 'forward' },
    activations: { texts: used },
  };
  // Steps come first here, images second.
  const steps = graph.add(`${name}/steps`, 'Transpose', [x], { perm: [1, 0, 2] });
  if (!all) {
    const last = graph.addTaking(1, `${name}/last`, cell, [steps, ...values], attributes);
    return graph.add(name, 'Squeeze', [last, graph.integers(`${name}/direction`, [0])]);
  }
  const outputs = graph.add(`${name}/outputs`, cell, [steps, ...values], attributes);
  const ofSteps = graph.add(`${name}/of_steps`, 'Squeeze', [outputs, graph.integers(`${name}/direction`, [1])]);
  if (!backwards) return graph.add(name, 'Transpose', [ofSteps], { perm: [1, 0, 2] });
  // ONNX puts them into the order of the rows, tfjs leaves them in that of the steps.
  const bounds = [[-1], [-(2 ** 31)], [0], [-1]].map((bound, k) => graph.integers(`${name}/bound_${k}`, bound));
  const turned = graph.add(`${name}/turned`, 'Slice', [ofSteps, ...bounds]);
  return graph.add(name, 'Transpose', [turned], { perm: [1, 0, 2] });
}
