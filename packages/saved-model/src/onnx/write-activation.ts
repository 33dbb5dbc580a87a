import type { Activation } from '../plan/plan.ts';
import type { OnnxGraph } from './onnx-graph.ts';

const operators: Partial<Record<Activation, string>> = {
  elu: 'Elu',
  relu: 'Relu',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  tanh: 'Tanh',
};

/** @param isMap softmax is over the channels, which come first in a map */
export function writeActivation(
  graph: OnnxGraph,
  name: string,
  activation: Activation,
  { x, isMap }: { x: string; isMap: boolean },
): string {
  const number = (label: string, value: number): string => graph.floats(`${name}/${label}`, Float32Array.of(value), []);
  const times = (label: string, left: string, right: string): string =>
    graph.add(`${name}/${label}`, 'Mul', [left, right]);
  switch (activation) {
    case 'swish':
      return graph.add(name, 'Mul', [x, graph.add(`${name}/sigmoid`, 'Sigmoid', [x])]);
    case 'relu6':
      return graph.add(name, 'Clip', [x, number('least', 0), number('most', 6)]);
    case 'softmax':
      return graph.add(name, 'Softmax', [x], { axis: isMap ? 1 : -1 });
    case 'hardSigmoid':
      return graph.add(name, 'HardSigmoid', [x], { alpha: { float: 0.2 }, beta: { float: 0.5 } });
    case 'gelu':
    case 'gelu_new': {
      // ONNX has Gelu from opset 20 on, which many runtimes do not know.
      const curve = activation === 'gelu' ? erf() : tanh();
      const share = graph.add(`${name}/share`, 'Add', [curve, number('one', 1)]);
      return graph.add(name, 'Mul', [times('half', x, number('one_half', 0.5)), share]);
    }
    default:
      return graph.add(name, operators[activation]!, [x]);
  }

  function erf(): string {
    return graph.add(`${name}/erf`, 'Erf', [times('scaled', x, number('scale', Math.SQRT1_2))]);
  }

  function tanh(): string {
    const cube = times('cube', times('square', x, x), x);
    const sum = graph.add(`${name}/sum`, 'Add', [x, times('bent', cube, number('bend', 0.044715))]);
    return graph.add(`${name}/tanh`, 'Tanh', [times('scaled', sum, number('scale', Math.sqrt(2 / Math.PI)))]);
  }
}
