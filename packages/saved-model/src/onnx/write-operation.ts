import type { Activation, Operation, PlanNode, Window } from '../plan/plan.ts';
import { onnxDepthwiseKernel, onnxKernel, onnxShape } from './layout.ts';
import type { OnnxGraph } from './onnx-graph.ts';

/** Zeros around a map so that `same` padding comes out: above, left, below, right. An odd one goes below and right. */
function padsOf({ size, strides, dilations, padding }: Window, [height, width]: readonly number[]): number[] {
  if (padding === 'valid') return [0, 0, 0, 0];
  const around = [height!, width!].map((side, k) => {
    const covered = (Math.ceil(side / strides[k]!) - 1) * strides[k]! + (size[k]! - 1) * dilations[k]! + 1;
    return Math.max(covered - side, 0);
  }) as [number, number];
  const before = around.map((total) => Math.floor(total / 2));
  return [...before, ...around.map((total, k) => total - before[k]!)];
}

const onnxActivations: Readonly<Record<Exclude<Activation, 'swish' | 'relu6' | 'softmax'>, string>> = {
  elu: 'Elu',
  relu: 'Relu',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  tanh: 'Tanh',
};

function writeActivation(graph: OnnxGraph, name: string, activation: Activation, x: string): string {
  switch (activation) {
    case 'swish':
      return graph.add(name, 'Mul', [x, graph.add(`${name}/sigmoid`, 'Sigmoid', [x])]);
    case 'relu6': {
      const limits = [0, 6].map((limit) => graph.floats(`${name}/${limit}`, Float32Array.of(limit), []));
      return graph.add(name, 'Clip', [x, ...limits]);
    }
    case 'softmax':
      return graph.add(name, 'Softmax', [x], { axis: -1 });
    default:
      return graph.add(name, onnxActivations[activation], [x]);
  }
}

/** True if the order of the values is the same with channels first and last. */
const hasOneOrder = (shape: readonly number[]): boolean =>
  shape.length !== 3 || shape[2] === 1 || (shape[0] === 1 && shape[1] === 1);

function writeReshape(graph: OnnxGraph, { name, inputs, shape }: PlanNode, x: string): string {
  const from = inputs[0]!.shape;
  const last = hasOneOrder(from) ? x : graph.add(`${name}/channels_last`, 'Transpose', [x], { perm: [0, 2, 3, 1] });
  const direct = hasOneOrder(shape);
  const target = graph.integers(`${name}/shape`, [-1, ...(direct ? onnxShape(shape) : shape)]);
  const reshaped = graph.add(direct ? name : `${name}/reshaped`, 'Reshape', [last, target]);
  return direct ? reshaped : graph.add(name, 'Transpose', [reshaped], { perm: [0, 3, 1, 2] });
}

type Linear = Extract<Operation, { window: Window; kernel: unknown }>;

function writeConvolution(graph: OnnxGraph, node: PlanNode, operation: Linear, x: string): string {
  const { name, inputs } = node;
  const { kind, window, bias } = operation;
  const kernel = kind === 'depthwise' ? onnxDepthwiseKernel(operation.kernel) : onnxKernel(operation.kernel);
  const values = [graph.floats(`${name}/kernel`, kernel.values, kernel.shape)];
  if (bias) values.push(graph.floats(`${name}/bias`, bias, [bias.length]));
  return graph.add(name, 'Conv', [x, ...values], {
    kernel_shape: window.size,
    strides: window.strides,
    dilations: window.dilations,
    pads: padsOf(window, inputs[0]!.shape),
    group: kind === 'depthwise' ? inputs[0]!.shape[2]! : 1,
  });
}

/** @param inputs names of the results it reads @returns name of its own */
export function writeOperation(graph: OnnxGraph, node: PlanNode, inputs: string[]): string {
  const { name, operation, shape } = node;
  const x = inputs[0]!;
  switch (operation.kind) {
    case 'input':
      return graph.add('channels_first', 'Transpose', [name], { perm: [0, 3, 1, 2] });
    case 'convolution':
    case 'depthwise':
      return writeConvolution(graph, node, operation, x);
    case 'product': {
      const { kernel, bias } = operation;
      const values = [graph.floats(`${name}/kernel`, kernel.values, kernel.shape)];
      if (bias) values.push(graph.floats(`${name}/bias`, bias, [bias.length]));
      return graph.add(name, 'Gemm', [x, ...values]);
    }
    case 'affine': {
      const dims = [shape.at(-1)!, ...shape.slice(1).map(() => 1)];
      const scaled = graph.add(`${name}/scaled`, 'Mul', [x, graph.floats(`${name}/scale`, operation.scale, dims)]);
      return graph.add(name, 'Add', [scaled, graph.floats(`${name}/offset`, operation.offset, dims)]);
    }
    case 'pooling': {
      const { how, window } = operation;
      const pads = padsOf(window, node.inputs[0]!.shape);
      // Of an average, the zeros around do not count: the default.
      const attributes = { kernel_shape: window.size, strides: window.strides, pads };
      return graph.add(name, how === 'max' ? 'MaxPool' : 'AveragePool', [x], attributes);
    }
    case 'globalPooling': {
      const pooled = graph.add(`${name}/map`, operation.how === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool', [x]);
      return graph.add(name, 'Flatten', [pooled], { axis: 1 });
    }
    case 'reshape':
      return writeReshape(graph, node, x);
    case 'activation':
      return writeActivation(graph, name, operation.activation, x);
    case 'leakyRelu':
      return graph.add(name, 'LeakyRelu', [x], { alpha: { float: operation.slope } });
    case 'concatenate':
      return graph.add(name, 'Concat', inputs, { axis: 1 });
    case 'add':
    case 'multiply': {
      const op = operation.kind === 'add' ? 'Add' : 'Mul';
      return inputs
        .slice(1)
        .reduce((sum, input, k) => graph.add(k === inputs.length - 2 ? name : `${name}/${k}`, op, [sum, input]), x);
    }
  }
}
