import { type Operation, type PlanNode, type Window, writeInOrder } from '../plan/plan.ts';
import { unroll } from '../plan/unroll.ts';
import { isMap, onnxDepthwiseKernel, onnxKernel, onnxShape } from './layout.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { writeActivation } from './write-activation.ts';
import { hasOwnOperator, writeRecurrence } from './write-recurrence.ts';
import { writeMatrixOperation } from './write-matrix-operation.ts';

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

function writeTransposedConvolution(
  graph: OnnxGraph,
  { name, inputs, shape }: PlanNode,
  { kernel, bias, window }: Extract<Operation, { kind: 'transposedConvolution' }>,
  x: string,
): string {
  // [h, w, out, in] → [in, out, h, w].
  const turned = onnxKernel(kernel);
  const values = [graph.floats(`${name}/kernel`, turned.values, turned.shape)];
  if (bias) values.push(graph.floats(`${name}/bias`, bias, [bias.length]));
  // Where windows end before the result does, zeros are put below and to the right; where they go beyond it, they are cut.
  const beyond = ([0, 1] as const).map((k) => {
    const covered = window.strides[k] * (inputs[0]!.shape[k]! - 1) + window.size[k];
    return covered - shape[k]!;
  });
  const cut = beyond.map((pixels) => Math.max(pixels, 0));
  const before = cut.map((pixels) => Math.floor(pixels / 2));
  return graph.add(name, 'ConvTranspose', [x, ...values], {
    kernel_shape: window.size,
    strides: window.strides,
    pads: [...before, ...cut.map((pixels, k) => pixels - before[k]!)],
    output_padding: beyond.map((pixels) => Math.max(-pixels, 0)),
  });
}

function writeProduct(
  graph: OnnxGraph,
  name: string,
  { kernel, bias }: Extract<Operation, { kind: 'product' }>,
  x: string,
): string {
  const values = graph.floats(`${name}/kernel`, kernel.values, kernel.shape);
  if (!bias) return graph.add(name, 'MatMul', [x, values]);
  const linear = graph.add(`${name}/linear`, 'MatMul', [x, values]);
  return graph.add(name, 'Add', [linear, graph.floats(`${name}/bias`, bias, [bias.length])]);
}

function writeUpsample(graph: OnnxGraph, node: PlanNode, how: 'nearest' | 'bilinear', x: string): string {
  const { name, inputs, shape } = node;
  const [height, width] = ([0, 1] as const).map((k) => shape[k]! / inputs[0]!.shape[k]!) as [number, number];
  const scales = graph.floats(`${name}/scales`, Float32Array.of(1, 1, height, width), [4]);
  return graph.add(name, 'Resize', [x, '', scales], {
    mode: { text: how === 'nearest' ? 'nearest' : 'linear' },
    coordinate_transformation_mode: { text: 'asymmetric' },
    nearest_mode: { text: 'floor' },
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
    case 'transposedConvolution':
      return writeTransposedConvolution(graph, node, operation, x);
    case 'product': {
      const { kernel, bias } = operation;
      if (shape.length > 1) return writeProduct(graph, name, operation, x);
      const values = [graph.floats(`${name}/kernel`, kernel.values, kernel.shape)];
      if (bias) values.push(graph.floats(`${name}/bias`, bias, [bias.length]));
      return graph.add(name, 'Gemm', [x, ...values]);
    }
    case 'affine': {
      const dims = isMap(shape) ? [shape[2]!, 1, 1] : [shape.at(-1)!];
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
      if (!isMap(node.inputs[0]!.shape)) {
        const axes = node.inputs[0]!.shape.slice(1).map((_, k) => k + 1);
        return graph.add(name, operation.how === 'max' ? 'ReduceMax' : 'ReduceMean', [x], { axes, keepdims: 0 });
      }
      const pooled = graph.add(`${name}/map`, operation.how === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool', [x]);
      return graph.add(name, 'Flatten', [pooled], { axis: 1 });
    }
    case 'reshape':
      return writeReshape(graph, node, x);
    case 'activation':
      return writeActivation(graph, name, operation.activation, { x, isMap: isMap(shape) });
    case 'leakyRelu':
      return graph.add(name, 'LeakyRelu', [x], { alpha: { float: operation.slope } });
    case 'concatenate':
      return graph.add(name, 'Concat', inputs, {
        axis: isMap(shape) ? [2, 3, 1][operation.axis]! : operation.axis + 1,
      });
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'maximum':
    case 'minimum': {
      const op = { add: 'Add', subtract: 'Sub', multiply: 'Mul', maximum: 'Max', minimum: 'Min' }[operation.kind];
      return inputs
        .slice(1)
        .reduce((sum, input, k) => graph.add(k === inputs.length - 2 ? name : `${name}/${k}`, op, [sum, input]), x);
    }
    case 'upsample':
      return writeUpsample(graph, node, operation.how, x);
    case 'recurrence': {
      if (hasOwnOperator(operation)) return writeRecurrence(graph, node, operation, x);
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
