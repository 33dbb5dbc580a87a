/*
 * A network as a short list of operations, which every format can be written from. Shapes leave out the batch; maps are
 * [height, width, channels], as in tfjs.
 */

/** Values as they lie in memory, last axis fastest. */
export interface Weights {
  values: Float32Array;
  shape: readonly number[];
}

/** How a convolution or pooling moves over a map; each pair is height, width. */
export interface Window {
  size: readonly [number, number];
  strides: readonly [number, number];
  dilations: readonly [number, number];
  /** `same`: as many places as strides fit into the side, with zeros around; an odd one goes to the right and below. */
  padding: 'same' | 'valid';
}

export type Activation =
  | 'elu'
  /** x · Φ(x), exactly; `gelu_new` is its approximation by tanh. */
  | 'gelu'
  | 'gelu_new'
  | 'hardSigmoid'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  /** Over the last axis. */
  | 'softmax'
  | 'softplus'
  | 'swish'
  | 'tanh';

/** Operations with weights on the last axis, into which a batch norm behind them can be folded. */
export type LinearOperation =
  /** kernel [height, width, in, out]. */
  | { kind: 'convolution'; kernel: Weights; bias: Float32Array | undefined; window: Window }
  /** kernel [height, width, in, multiplier]. */
  | { kind: 'depthwise'; kernel: Weights; bias: Float32Array | undefined; window: Window }
  /** kernel [in, out], over the last axis. */
  | { kind: 'product'; kernel: Weights; bias: Float32Array | undefined };

/** A recurrent layer from the rows of a matrix, its first state all zeros. Gates lie side by side in the kernels, in tfjs's order. */
export interface Recurrence {
  kind: 'recurrence';
  cell: 'GRU' | 'LSTM' | 'RNN';
  kernel: Weights;
  recurrentKernel: Weights;
  bias: Weights | undefined;
  activation: Activation | 'linear';
  gateActivation: Activation | 'linear';
  /** From the last row to the first. */
  backwards: boolean;
  /** True: the outputs of all steps, in the order of the steps; false: of the last. */
  all: boolean;
}

export type Operation =
  | { kind: 'input' }
  | LinearOperation
  /** x · scale + offset, both [channels]. */
  | { kind: 'affine'; scale: Float32Array; offset: Float32Array }
  | { kind: 'pooling'; how: 'max' | 'average'; window: Window }
  /** kernel [height, width, out, in]: every place of the map spreads over a window of the result. */
  | { kind: 'transposedConvolution'; kernel: Weights; bias: Float32Array | undefined; window: Window }
  /** Over all axes but the last. */
  | { kind: 'globalPooling'; how: 'max' | 'average' }
  /** To the shape of the node; values keep their order. Where it is a part of what was, its parts are images of their own, and back. */
  | { kind: 'reshape' }
  | { kind: 'activation'; activation: Activation }
  | { kind: 'leakyRelu'; slope: number }
  | { kind: 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum' }
  /** Along an axis, from 0. */
  | { kind: 'concatenate'; axis: number }
  /** Each item to mean 0 and variance 1 over the last `axes` axes, then · scale + offset, both of the size of these. */
  | { kind: 'layerNorm'; axes: number; scale: Float32Array; offset: Float32Array; epsilon: number }
  /** Of two matrices, either of them transposed before. */
  | { kind: 'matrixProduct'; transposed: readonly [boolean, boolean] }
  /** One row of a matrix. */
  | { kind: 'row'; index: number }
  /** Vectors as the rows of a matrix. */
  | { kind: 'stack' }
  /** The rows of a matrix from the last to the first. */
  | { kind: 'turn' }
  /** Each vector along an axis, from 0, divided by its length, which counts as √`least` at least. */
  | { kind: 'unitLength'; axis: number; least: number }
  /** Axis k of the result is axis `order[k]`, from 0. */
  | { kind: 'permute'; order: readonly number[] }
  | Recurrence
  /** A map to a multiple of its height and width. */
  | { kind: 'upsample'; how: 'nearest' | 'bilinear' };

/** An operation in its place. */
export interface PlanNode {
  /** Unlike all others; after the layer it comes from. */
  name: string;
  operation: Operation;
  inputs: PlanNode[];
  /** Of the result. */
  shape: readonly number[];
}

export interface Plan {
  /** Raw pixels; called `image`. */
  input: PlanNode;
  /** Called `probabilities`. */
  output: PlanNode;
  /** All, each after those it reads; `input` first. */
  nodes: PlanNode[];
}

/** Writes every node in order. @param write gets the results of the node's inputs and returns its own */
export function writeNodes<Result>({ nodes }: Plan, write: (node: PlanNode, inputs: Result[]) => Result): void {
  writeInOrder(nodes, new Map(), write);
}

/** The columns of one of `gates` gates, of a kernel [in, gates · units] or a bias [gates · units]. */
export function partOf({ values, shape }: Weights, gate: number, gates: number): Weights {
  const columns = shape.at(-1)!;
  const units = columns / gates;
  const part = values.filter((_, k) => Math.floor((k % columns) / units) === gate);
  return { values: part, shape: [...shape.slice(0, -1), units] };
}

/** Writes nodes whose inputs are written already, or among them. @returns of the last one */
export function writeInOrder<Result>(
  nodes: readonly PlanNode[],
  results: Map<PlanNode, Result>,
  write: (node: PlanNode, inputs: Result[]) => Result,
): Result {
  for (const node of nodes)
    results.set(
      node,
      write(
        node,
        node.inputs.map((input) => results.get(input)!),
      ),
    );
  return results.get(nodes.at(-1)!)!;
}
