import type { AttrValue } from '@glyphlab/graph/graph-def';
import { type Operation, type PlanNode, type Recurrence, type Window, writeInOrder } from '../plan/plan.ts';
import { unroll } from '../plan/unroll.ts';
import { integerType, type TensorFlowGraph } from './tensorflow-graph.ts';
import { writeActivation } from './write-activation.ts';
import { writeMatrixOperation } from './write-matrix-operation.ts';

const text = (value: string): AttrValue => ({ s: Buffer.from(value) });
/** Of batch, height, width and channels. */
const perAxis = ([height, width]: readonly [number, number]): AttrValue => ({ list: { i: [1, height, width, 1] } });

const places = ({ strides, padding }: Window): Record<string, AttrValue> => ({
  strides: perAxis(strides),
  padding: text(padding.toUpperCase()),
  data_format: text('NHWC'),
});

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

type Linear = Exclude<Extract<Operation, { kernel: unknown }>, Recurrence>;

/** Of a result for as many images as there are in `x`. */
function writeSize(
  graph: TensorFlowGraph,
  name: string,
  { shape, x }: { shape: readonly number[]; x: string },
): string {
  const whole = graph.add(`${name}/shape`, 'Shape', [x], { out_type: integerType });
  const [first, one] = [graph.integers(`${name}/first`, [0]), graph.integers(`${name}/one`, [1])];
  const images = graph.add(`${name}/images`, 'Slice', [whole, first, one], { T: integerType, Index: integerType });
  const parts = [images, graph.integers(`${name}/map`, shape), graph.integer(`${name}/axis`, 0)];
  return graph.add(`${name}/size`, 'ConcatV2', parts, { T: integerType, N: { i: 2 }, Tidx: integerType });
}

function writeLinear(graph: TensorFlowGraph, { name, shape }: PlanNode, operation: Linear, x: string): string {
  const { kind, kernel, bias } = operation;
  const values = graph.floats(`${name}/kernel`, kernel.values, kernel.shape);
  return withBias(graph, name, bias, (linear) => {
    if (kind === 'product' && shape.length > 1)
      return graph.add(linear, 'BatchMatMulV2', [x, values], { adj_x: { b: false }, adj_y: { b: false } });
    if (kind === 'product')
      return graph.add(linear, 'MatMul', [x, values], { transpose_a: { b: false }, transpose_b: { b: false } });
    if (kind === 'transposedConvolution') {
      const size = writeSize(graph, linear, { shape, x });
      return graph.add(linear, 'Conv2DBackpropInput', [size, values, x], places(operation.window));
    }
    const attributes = { ...places(operation.window), dilations: perAxis(operation.window.dilations) };
    return graph.add(linear, kind === 'depthwise' ? 'DepthwiseConv2dNative' : 'Conv2D', [x, values], attributes);
  });
}

/** @param inputs names of the results it reads @returns name of its own */
export function writeOperation(graph: TensorFlowGraph, node: PlanNode, inputs: string[]): string {
  const { name, operation, shape } = node;
  const x = inputs[0]!;
  switch (operation.kind) {
    case 'input':
      return graph.placeholder(name, [-1, ...shape]);
    case 'convolution':
    case 'depthwise':
    case 'transposedConvolution':
    case 'product':
      return writeLinear(graph, node, operation, x);
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
      const axes = graph.integers(
        `${name}/axes`,
        node.inputs[0]!.shape.slice(1).map((_, k) => k + 1),
      );
      const attributes = { Tidx: integerType, keep_dims: { b: false } };
      return graph.add(name, operation.how === 'max' ? 'Max' : 'Mean', [x, axes], attributes);
    }
    case 'reshape':
      return graph.add(name, 'Reshape', [x, graph.integers(`${name}/shape`, [-1, ...shape])], { Tshape: integerType });
    case 'activation':
      return writeActivation(graph, name, operation.activation, x);
    case 'leakyRelu':
      return graph.add(name, 'LeakyRelu', [x], { alpha: { f: operation.slope } });
    case 'concatenate': {
      const axis = graph.integer(`${name}/axis`, operation.axis + 1);
      return graph.add(name, 'ConcatV2', [...inputs, axis], { N: { i: inputs.length }, Tidx: integerType });
    }
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'maximum':
    case 'minimum': {
      const op = { add: 'AddV2', subtract: 'Sub', multiply: 'Mul', maximum: 'Maximum', minimum: 'Minimum' }[
        operation.kind
      ];
      return inputs
        .slice(1)
        .reduce((sum, input, k) => graph.add(k === inputs.length - 2 ? name : `${name}/${k}`, op, [sum, input]), x);
    }
    case 'upsample': {
      const size = graph.integers(`${name}/size`, shape.slice(0, 2));
      const op = operation.how === 'nearest' ? 'ResizeNearestNeighbor' : 'ResizeBilinear';
      return graph.add(name, op, [x, size], { align_corners: { b: false }, half_pixel_centers: { b: false } });
    }
    case 'recurrence': {
      const known = new Map([[node.inputs[0]!, x]]);
      const result = writeInOrder(unroll(node, operation), known, (part, from) => writeOperation(graph, part, from));
      return graph.add(name, 'Identity', [result]);
    }
    case 'layerNorm':
    case 'matrixProduct':
    case 'row':
    case 'stack':
    case 'permute':
    case 'turn':
    case 'unitLength':
      return writeMatrixOperation(graph, node, operation, inputs);
  }
}
