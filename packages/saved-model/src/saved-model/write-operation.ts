import type { AttrValue } from '@glyphlab/graph/graph-def';
import type { Activation, Operation, PlanNode, Window } from '../plan/plan.ts';
import { integerType, type TensorFlowGraph } from './tensorflow-graph.ts';

const text = (value: string): AttrValue => ({ s: Buffer.from(value) });
/** Of batch, height, width and channels. */
const perAxis = ([height, width]: readonly [number, number]): AttrValue => ({ list: { i: [1, height, width, 1] } });

const places = ({ strides, padding }: Window): Record<string, AttrValue> => ({
  strides: perAxis(strides),
  padding: text(padding.toUpperCase()),
  data_format: text('NHWC'),
});

const activationOps: Readonly<Record<Exclude<Activation, 'swish'>, string>> = {
  elu: 'Elu',
  relu: 'Relu',
  relu6: 'Relu6',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  softmax: 'Softmax',
  softplus: 'Softplus',
  tanh: 'Tanh',
};

function withBias(
  graph: TensorFlowGraph,
  name: string,
  bias: Float32Array | undefined,
  write: (name: string) => string,
): string {
  if (!bias) return write(name);
  const values = graph.floats(`${name}/bias`, bias, [bias.length]);
  return graph.add(name, 'BiasAdd', [write(`${name}/linear`), values], { data_format: text('NHWC') });
}

type Linear = Extract<Operation, { kernel: unknown }>;

function writeLinear(graph: TensorFlowGraph, name: string, operation: Linear, x: string): string {
  const { kind, kernel, bias } = operation;
  const values = graph.floats(`${name}/kernel`, kernel.values, kernel.shape);
  return withBias(graph, name, bias, (linear) => {
    if (kind === 'product')
      return graph.add(linear, 'MatMul', [x, values], { transpose_a: { b: false }, transpose_b: { b: false } });
    const attributes = { ...places(operation.window), dilations: perAxis(operation.window.dilations) };
    return graph.add(linear, kind === 'depthwise' ? 'DepthwiseConv2dNative' : 'Conv2D', [x, values], attributes);
  });
}

/** @param inputs names of the results it reads @returns name of its own */
export function writeOperation(graph: TensorFlowGraph, { name, operation, shape }: PlanNode, inputs: string[]): string {
  const x = inputs[0]!;
  switch (operation.kind) {
    case 'input':
      return graph.placeholder(name, [-1, ...shape]);
    case 'convolution':
    case 'depthwise':
    case 'product':
      return writeLinear(graph, name, operation, x);
    case 'affine': {
      const { scale, offset } = operation;
      const scaled = graph.add(`${name}/scaled`, 'Mul', [x, graph.floats(`${name}/scale`, scale, [scale.length])]);
      return graph.add(name, 'AddV2', [scaled, graph.floats(`${name}/offset`, offset, [offset.length])]);
    }
    case 'pooling': {
      const { how, window } = operation;
      return graph.add(name, how === 'max' ? 'MaxPool' : 'AvgPool', [x], {
        ...places(window),
        ksize: perAxis(window.size),
      });
    }
    case 'globalPooling': {
      const axes = graph.integers(`${name}/axes`, [1, 2]);
      const attributes = { Tidx: integerType, keep_dims: { b: false } };
      return graph.add(name, operation.how === 'max' ? 'Max' : 'Mean', [x, axes], attributes);
    }
    case 'reshape':
      return graph.add(name, 'Reshape', [x, graph.integers(`${name}/shape`, [-1, ...shape])], { Tshape: integerType });
    case 'activation':
      return operation.activation === 'swish'
        ? graph.add(name, 'Mul', [x, graph.add(`${name}/sigmoid`, 'Sigmoid', [x])])
        : graph.add(name, activationOps[operation.activation], [x]);
    case 'leakyRelu':
      return graph.add(name, 'LeakyRelu', [x], { alpha: { f: operation.slope } });
    case 'concatenate': {
      const axis = graph.integer(`${name}/axis`, -1);
      return graph.add(name, 'ConcatV2', [...inputs, axis], { N: { i: inputs.length }, Tidx: integerType });
    }
    case 'add':
    case 'multiply': {
      const op = operation.kind === 'add' ? 'AddV2' : 'Mul';
      return inputs
        .slice(1)
        .reduce((sum, input, k) => graph.add(k === inputs.length - 2 ? name : `${name}/${k}`, op, [sum, input]), x);
    }
  }
}
