import * as tf from '@tensorflow/tfjs';
import type { TensorInfo } from '@tensorflow/tfjs';
import { DECLARE_VARIABLE } from './assignments.ts';
import { checkAlive } from './check-tensors.ts';
import { type AttrValue, type Node, shapeValue } from './graph-def.ts';
import { GraphError } from './graph-error.ts';
import {
  type Binding,
  nativeBackend,
  type OpAttr,
  type OutputInfo,
  type Values,
  variableOfHandle,
} from './native-backend.ts';

/**
 * Ops whose tfjs kernel leaves the type of its input for TensorFlow's eager mode to find out, or states that of the tensor before it
 * was cast to float32; a graph must state it as it is.
 */
const LEFT_TO_EAGER = new Set(['ExpandDims', 'Mean']);

/**
 * Records what a function does on the native backend as a list of graph nodes, while it really runs.
 *
 * Every tfjs kernel of that backend ends in `binding.executeOp`, every JavaScript value in `binding.createTensor`: the two give
 * the flat list of TensorFlow ops, gradients and optimizer included. JavaScript values become constants.
 */
export class Recorder {
  readonly nodes: Node[] = [];
  /** Edge → the shape that its tensor had. */
  readonly shapes = new Map<string, readonly number[]>();
  readonly #dtypes = new Map<string, number>();
  readonly #backend = nativeBackend();
  /** Tensor handle → the edge that carries it, `node:output`. */
  readonly #edges = new Map<number, string>();
  readonly #constants = new Map<string, string>();
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(
    op: string,
    input: string[],
    attr: Record<string, AttrValue>,
    name = `${this.#prefix}${this.nodes.length}`,
  ): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** From here on the tensor stands for that edge. */
  declare(tensor: TensorInfo, edge: string): void {
    this.#set(this.#idOf(tensor), edge, tensor.shape, this.#backend.tensorMap.get(tensor.dataId).dtype);
  }

  /** TensorFlow's number for the type of an edge. */
  dtypeOf(edge: string): number {
    return this.#dtypes.get(edge)!;
  }

  /** @throws GraphError if the tensor was not made while recording */
  edgeOf(tensor: TensorInfo): string {
    const id = this.#idOf(tensor);
    const edge = this.#edges.get(id);
    if (edge === undefined) throw undeclared('the result of the step', sizeOf(tensor.shape), variableOfHandle(id));
    return edge;
  }

  /** Runs `body` and records it. Not reentrant. */
  record<T>(body: () => T): T {
    const real = this.#backend.binding;
    const replaced: Partial<Binding> = {
      createTensor: (shape, dtype, values) => {
        const id = real.createTensor(shape, dtype, values);
        this.#set(id, this.#constant(shape, dtype, values), shape, dtype);
        return id;
      },
      executeOp: (op, attrs, ids, numOutputs) => {
        // A kernel gets its tensors before it runs: looked up first, since it may free them.
        const input = ids.map((id) => this.#edges.get(id) ?? this.#undeclared(real, op, id));
        const outputs = real.executeOp(op, attrs, ids, numOutputs);
        this.#operation(op, input, attrs, outputs);
        return outputs;
      },
      tensorDataSync: (id) => {
        if (readsOnlyToCheck()) return real.tensorDataSync(id);
        throw new GraphError(
          'GRAPH_VALUE_READ',
          `The step reads a tensor's value (dataSync, arraySync, data or print)${opInProgress()}. In a graph no value is known yet: compute with tensors, or return the tensor and read it outside.`,
        );
      },
      runSavedModel: () => {
        throw new GraphError(
          'GRAPH_NESTED',
          'A compiled function was called inside a step. Call its plain step instead.',
        );
      },
    };
    // Not a Proxy of the binding: its properties are read-only, which a proxy would have to respect.
    this.#backend.binding = Object.create(real, Object.getOwnPropertyDescriptors(replaced)) as Binding;
    const unwatch = watchScopes();
    try {
      return body();
    } finally {
      unwatch();
      this.#backend.binding = real;
    }
  }

  #idOf(tensor: TensorInfo): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  #operation(op: string, input: string[], attrs: OpAttr[], outputs: OutputInfo[]): void {
    const attr = Object.fromEntries(attrs.filter((a) => a.name !== '_kernel').map((a) => [a.name, this.#attrValue(a)]));
    if (LEFT_TO_EAGER.has(op)) attr['T'] = { type: this.dtypeOf(input[0]!) };
    const name = this.add(op, input, attr);
    outputs.forEach(({ id, shape, dtype }, k) => this.#set(id, `${name}:${k}`, shape, dtype));
  }

  #set(id: number, edge: string, shape: readonly number[], dtype: number): void {
    this.#edges.set(id, edge);
    this.shapes.set(edge, shape);
    this.#dtypes.set(edge, dtype);
  }

  #constant(shape: number[], dtype: number, values: Values): string {
    if (Array.isArray(values))
      return this.#constantNode({ dtype, tensor_shape: shapeValue(shape), string_val: values });
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const key = content.length <= 64 ? `${dtype}[${shape}]${content}` : undefined;
    const known = key && this.#constants.get(key);
    if (known) return known;
    const edge = this.#constantNode({ dtype, tensor_shape: shapeValue(shape), tensor_content: content });
    if (key) this.#constants.set(key, edge);
    return edge;
  }

  #constantNode(tensor: NonNullable<AttrValue['tensor']>): string {
    return `${this.add('Const', [], { dtype: { type: tensor.dtype }, value: { tensor } })}:0`;
  }

  #undeclared(real: Binding, op: string, id: number): never {
    throw undeclared(`the op ${op}${opInProgress()}`, real.tensorDataSync(id).length, variableOfHandle(id), op);
  }

  #attrValue({ name, type, value }: OpAttr): AttrValue {
    const { binding } = this.#backend;
    const bytes = (text: unknown): Uint8Array => Buffer.from(text as string);
    switch (type) {
      case binding.TF_ATTR_STRING:
        return { s: bytes(value) };
      case binding.TF_ATTR_INT:
        return Array.isArray(value) ? { list: { i: value } } : { i: value as number };
      case binding.TF_ATTR_FLOAT:
        return Array.isArray(value) ? { list: { f: value } } : { f: value as number };
      case binding.TF_ATTR_BOOL:
        return Array.isArray(value) ? { list: { b: value } } : { b: value as boolean };
      case binding.TF_ATTR_TYPE:
        return Array.isArray(value) ? { list: { type: value } } : { type: value as number };
      case binding.TF_ATTR_SHAPE:
        return { shape: shapeValue(value as number[]) };
      default:
        throw new GraphError('GRAPH_ATTRIBUTE', `Attribute ${name} has a type that graphs do not know: ${type}.`);
    }
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function undeclared(where: string, size: number, variable: string | undefined, op?: string): GraphError {
  const what = variable === undefined ? 'A tensor made before the step' : `The variable "${variable}"`;
  return new GraphError(
    'GRAPH_UNDECLARED',
    `${what}, ${size} value(s), is used by ${where}. ` +
      (variable === undefined
        ? 'Pass it as an input of the step, or declare it as a variable or as resident data.'
        : DECLARE_VARIABLE),
    op,
  );
}

/** Ops of tfjs that draw their numbers in JavaScript: recorded, they would give the same "random" numbers at every step. */
const DRAWS_IN_JAVASCRIPT = new Set([
  'dropout', 'multinomial', 'rand', 'randomGamma', 'randomNormal', 'randomStandardNormal', 'randomUniform', 'randomUniformInt',
  'truncatedNormal',
]); // prettier-ignore

const scopes: string[] = [];

/** ` (inside tf.gather)` while a tfjs op runs, else nothing: for error messages. */
const opInProgress = (): string => (scopes.length > 0 ? ` (inside tf.${scopes.join(' › tf.')})` : '');

/** tfjs-node's kernel of tf.gather reads the indices, only to check their range; TensorFlow's op checks it again at every step. */
const readsOnlyToCheck = (): boolean => scopes.at(-1) === 'gather';

/**
 * Follows which tfjs op is running: each opens a scope of its name, `gather__op`, on the engine.
 * @returns ends it
 */
function watchScopes(): () => void {
  const engine = tf.engine();
  const { startScope, endScope, runKernel } = engine;
  const names: (string | undefined)[] = [];
  engine.startScope = (name) => {
    const op = name?.endsWith('__op') ? name.slice(0, -'__op'.length) : undefined;
    if (op && DRAWS_IN_JAVASCRIPT.has(op)) {
      throw new GraphError(
        'GRAPH_RANDOM',
        `tf.${op} draws its numbers in JavaScript, so a graph would repeat the same ones at every step. Use a stateless random op fed with seed and step.`,
        op,
      );
    }
    names.push(op);
    if (op) scopes.push(op);
    startScope.call(engine, name);
  };
  engine.endScope = (result) => {
    if (names.pop()) scopes.pop();
    endScope.call(engine, result);
  };
  engine.runKernel = ((...call: Parameters<typeof runKernel>) => {
    for (const x of Object.values(call[1]).flat() as unknown[]) checkAlive(x, `The op ${call[0]}${opInProgress()}`);
    return runKernel.apply(engine, call);
  }) as typeof runKernel;
  return () => {
    engine.runKernel = runKernel;
    scopes.length = 0;
    engine.startScope = startScope;
    engine.endScope = endScope;
  };
}
