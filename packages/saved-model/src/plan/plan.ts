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

export type Activation = 'elu' | 'relu' | 'relu6' | 'selu' | 'sigmoid' | 'softmax' | 'softplus' | 'swish' | 'tanh';

/** Operations with weights on the last axis, into which a batch norm behind them can be folded. */
export type LinearOperation =
  /** kernel [height, width, in, out]. */
  | { kind: 'convolution'; kernel: Weights; bias: Float32Array | undefined; window: Window }
  /** kernel [height, width, in, multiplier]. */
  | { kind: 'depthwise'; kernel: Weights; bias: Float32Array | undefined; window: Window }
  /** kernel [in, out]. */
  | { kind: 'product'; kernel: Weights; bias: Float32Array | undefined };

export type Operation =
  | { kind: 'input' }
  | LinearOperation
  /** x · scale + offset, both [channels]. */
  | { kind: 'affine'; scale: Float32Array; offset: Float32Array }
  | { kind: 'pooling'; how: 'max' | 'average'; window: Window }
  /** [height, width, channels] → [channels]. */
  | { kind: 'globalPooling'; how: 'max' | 'average' }
  /** To the shape of the node; values keep their order. */
  | { kind: 'reshape' }
  | { kind: 'activation'; activation: Activation }
  | { kind: 'leakyRelu'; slope: number }
  | { kind: 'add' | 'multiply' }
  /** Along the last axis. */
  | { kind: 'concatenate' };

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
  const results = new Map<PlanNode, Result>();
  for (const node of nodes)
    results.set(
      node,
      write(
        node,
        node.inputs.map((input) => results.get(input)!),
      ),
    );
}
