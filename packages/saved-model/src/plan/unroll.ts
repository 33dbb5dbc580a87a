import { PlanBuilder } from './plan-builder.ts';
import { type Activation, type Operation, partOf, type PlanNode, type Recurrence } from './plan.ts';

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

const cells: Readonly<Record<Recurrence['cell'], { gates: number; step: Step }>> = {
  GRU: { gates: 3, step: gruStep },
  LSTM: { gates: 4, step: lstmStep },
  RNN: { gates: 1, step: simpleStep },
};

/**
 * A recurrence, its steps written out one after the other in plain operations: its sequence has a fixed length.
 *
 * @param node a recurrence
 * @returns nodes from its input on, the last one its result
 */
export function unroll({ name, inputs }: PlanNode, operation: Recurrence): PlanNode[] {
  const { kernel, recurrentKernel, bias, backwards } = operation;
  const { gates, step } = cells[operation.cell];
  const builder = new PlanBuilder([]);
  const length = inputs[0]!.shape[0]!;
  const units = recurrentKernel.shape[0]!;
  const write = (made: Operation, from: PlanNode[], shape: readonly number[] = [units]): PlanNode =>
    builder.add(`${name}/${made.kind}`, made, from, shape);
  const parts = Array.from({ length: gates }, (_, gate) => {
    const ofInput = { kernel: partOf(kernel, gate, gates), bias: bias && partOf(bias, gate, gates).values };
    return {
      inputs: write({ kind: 'product', ...ofInput }, inputs, [length, units]),
      kernel: partOf(recurrentKernel, gate, gates),
    };
  });
  const activated = (activation: Activation | 'linear') => (vector: PlanNode) =>
    activation === 'linear' ? vector : write({ kind: 'activation', activation }, [vector]);
  const outputs: PlanNode[] = [];
  let state: State | undefined;
  for (let k = 0; k < length; k++) {
    const index = backwards ? length - 1 - k : k;
    state = step(
      {
        input: (gate) => write({ kind: 'row', index }, [parts[gate]!.inputs]),
        recurrent: (gate, vector) => write({ kind: 'product', kernel: parts[gate]!.kernel, bias: undefined }, [vector]),
        combine: (kind, left, right) => write({ kind }, [left, right]),
        activate: activated(operation.activation),
        activateGate: activated(operation.gateActivation),
      },
      state,
    );
    outputs.push(state.output);
  }
  if (operation.all) write({ kind: 'stack' }, outputs, [length, units]);
  return builder.nodes;
}
