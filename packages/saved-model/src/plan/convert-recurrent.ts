import { add, type Convert, weightsOf } from './call.ts';
import { cannotConvert } from './cannot-convert.ts';
import { convertActivation } from './convert-activation.ts';
import type { Operation, PlanNode, Weights } from './plan.ts';

/** What a step computes with: parts of the layer's weights, one a gate, and small operations on vectors of its units. */
interface Cell {
  /** The step's input, through the gate's kernel and bias. */
  input(gate: number): PlanNode;
  /** A vector through the gate's recurrent kernel. */
  recurrent(gate: number, vector: PlanNode): PlanNode;
  combine(kind: 'add' | 'subtract' | 'multiply', left: PlanNode, right: PlanNode): PlanNode;
  activate(vector: PlanNode): PlanNode;
  activateGate(vector: PlanNode): PlanNode;
}

/** Output and, of an LSTM, carry; before the first step both are zeros, which are left out. */
interface State {
  output: PlanNode;
  carry?: PlanNode;
}

type Step = (cell: Cell, before: State | undefined) => State;

/** A gate before its activation. */
const gateOf = (cell: Cell, gate: number, before: State | undefined): PlanNode =>
  before ? cell.combine('add', cell.input(gate), cell.recurrent(gate, before.output)) : cell.input(gate);

/** h = φ(W x + U h). */
const simpleStep: Step = (cell, before) => ({ output: cell.activate(gateOf(cell, 0, before)) });

/** Gates in, forget, candidate, out: c = f · c + i · φ(g), h = o · φ(c). */
const lstmStep: Step = (cell, before) => {
  const [enter, forget, out] = [0, 1, 3].map((gate) => cell.activateGate(gateOf(cell, gate, before)));
  const fresh = cell.combine('multiply', enter!, cell.activate(gateOf(cell, 2, before)));
  const carry = before?.carry ? cell.combine('add', cell.combine('multiply', forget!, before.carry), fresh) : fresh;
  return { output: cell.combine('multiply', out!, cell.activate(carry)), carry };
};

/** Gates update, reset, candidate: h = z · h + (1 − z) · φ(W x + U (r · h)). */
const gruStep: Step = (cell, before) => {
  const update = cell.activateGate(gateOf(cell, 0, before));
  if (!before) {
    const candidate = cell.activate(cell.input(2));
    return { output: cell.combine('subtract', candidate, cell.combine('multiply', update, candidate)) };
  }
  const reset = cell.activateGate(gateOf(cell, 1, before));
  const kept = cell.recurrent(2, cell.combine('multiply', reset, before.output));
  const candidate = cell.activate(cell.combine('add', cell.input(2), kept));
  const change = cell.combine('multiply', update, cell.combine('subtract', before.output, candidate));
  return { output: cell.combine('add', candidate, change) };
};

/** The columns of one of `gates` gates, of a kernel [in, gates · units] or a bias [gates · units]. */
function partOf({ values, shape }: Weights, gate: number, gates: number): Weights {
  const columns = shape.at(-1)!;
  const units = columns / gates;
  const part = values.filter((_, k) => Math.floor((k % columns) / units) === gate);
  return { values: part, shape: [...shape.slice(0, -1), units] };
}

/** A sequence has a fixed length here, so its steps are written out one after the other: every format has what they take. */
const recurrent =
  (gates: number, step: Step): Convert =>
  (call) => {
    const { layer, config, inputs, builder } = call;
    if (inputs.length !== 1) throw cannotConvert(layer, 'its first state is given');
    if (config['returnState'] === true) throw cannotConvert(layer, 'it returns its state');
    if (config['stateful'] === true) throw cannotConvert(layer, 'it keeps its state from batch to batch');
    const length = inputs[0]!.shape[0]!;
    const units = Number(config['units']);
    const [kernel, recurrentKernel, bias] = weightsOf(call);
    const write = (operation: Operation, from: PlanNode[], shape = [units]): PlanNode =>
      builder.add(`${layer.name}/${operation.kind}`, operation, from, shape);
    const parts = Array.from({ length: gates }, (_, gate) => {
      const ofInput = { kernel: partOf(kernel!, gate, gates), bias: bias && partOf(bias, gate, gates).values };
      return {
        inputs: write({ kind: 'product', ...ofInput }, inputs, [length, units]),
        kernel: partOf(recurrentKernel!, gate, gates),
      };
    });
    const activation = (name: unknown) => (vector: PlanNode) =>
      convertActivation({ ...call, config: {}, inputs: [vector], shape: [units] }, name);
    const outputs: PlanNode[] = [];
    let state: State | undefined;
    for (let k = 0; k < length; k++) {
      const index = config['goBackwards'] === true ? length - 1 - k : k;
      const cell: Cell = {
        input: (gate) => write({ kind: 'row', index }, [parts[gate]!.inputs]),
        recurrent: (gate, vector) => write({ kind: 'product', kernel: parts[gate]!.kernel, bias: undefined }, [vector]),
        combine: (kind, left, right) => write({ kind }, [left, right]),
        activate: activation(config['activation']),
        activateGate: activation(config['recurrentActivation']),
      };
      state = step(cell, state);
      outputs.push(state.output);
    }
    return config['returnSequences'] === true ? add({ ...call, inputs: outputs }, { kind: 'stack' }) : state!.output;
  };

/** By class name, as tfjs saves it. */
export const recurrentLayers: Readonly<Record<string, Convert>> = {
  GRU: recurrent(3, gruStep),
  LSTM: recurrent(4, lstmStep),
  SimpleRNN: recurrent(1, simpleStep),
};
