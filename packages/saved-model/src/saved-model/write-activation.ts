import type { Activation } from '../plan/plan.ts';
import type { TensorFlowGraph } from './tensorflow-graph.ts';

const operators: Partial<Record<Activation, string>> = {
  elu: 'Elu',
  relu: 'Relu',
  relu6: 'Relu6',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  softmax: 'Softmax',
  softplus: 'Softplus',
  tanh: 'Tanh',
};

/** @returns the name of the result, which is `name` */
export function writeActivation(graph: TensorFlowGraph, name: string, activation: Activation, x: string): string {
  const number = (label: string, value: number): string => graph.floats(`${name}/${label}`, Float32Array.of(value), []);
  const apply = (label: string, op: string, ...inputs: string[]): string => graph.add(`${name}/${label}`, op, inputs);
  switch (activation) {
    case 'swish':
      return graph.add(name, 'Mul', [x, apply('sigmoid', 'Sigmoid', x)]);
    case 'hardSigmoid': {
      const line = apply('line', 'AddV2', apply('slope', 'Mul', x, number('fifth', 0.2)), number('half', 0.5));
      return graph.add(name, 'ClipByValue', [line, number('least', 0), number('most', 1)]);
    }
    case 'gelu':
    case 'gelu_new': {
      const curve = activation === 'gelu' ? erf() : tanh();
      const share = apply('share', 'AddV2', curve, number('one', 1));
      return graph.add(name, 'Mul', [apply('half', 'Mul', x, number('one_half', 0.5)), share]);
    }
    default:
      return graph.add(name, operators[activation]!, [x]);
  }

  function erf(): string {
    return apply('erf', 'Erf', apply('scaled', 'Mul', x, number('scale', Math.SQRT1_2)));
  }

  function tanh(): string {
    const cube = apply('cube', 'Mul', apply('square', 'Mul', x, x), x);
    const sum = apply('sum', 'AddV2', x, apply('bent', 'Mul', cube, number('bend', 0.044715)));
    return apply('tanh', 'Tanh', apply('scaled', 'Mul', sum, number('scale', Math.sqrt(2 / Math.PI))));
  }
}
