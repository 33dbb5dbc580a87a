import * as tf from '@tensorflow/tfjs';
import type { Bf16 } from '../bf16.ts';
import { GraphError } from '../graph-error.ts';
import { optimizerState } from '../optimizer-state.ts';
import { type CompiledStep, Program } from '../program.ts';
import { seedNoise } from '../random/noise-layers.ts';
import { stepRandom, withStepRandom } from '../random/step-random.ts';
import type { Named, Precision } from '../trace.ts';

export interface CompiledModelOptions {
  /** `bf16`: convolutions and matrix products in bfloat16, all state in float32. Default `fp32`. */
  precision?: Precision;
  /** How bf16 computes; see `ProgramOptions`. */
  bf16?: Bf16;
  /** Integer from which dropout and other noise layers draw: the same seed gives the same noise. Default: another one each time. */
  seed?: number;
}

/** What tfjs-layers trains and tests a batch with: inputs, targets and weights of samples (null where there are none) to losses and metrics. */
export type BatchFunction = (batch: (tf.Tensor | null)[]) => tf.Scalar[];

/** Trains batches of these rows of the whole data, in turn. @returns of each batch what a BatchFunction returns: [batches, results] */
export type RowsFunction = (data: (tf.Tensor | null)[], rows: tf.Tensor1D) => tf.Tensor2D;

export type FitCallback = ConstructorParameters<typeof tf.CallbackList>[0] extends (infer One)[] | undefined
  ? One
  : never;

/** What tfjs-layers passes from `fit` to its loop over epochs and batches. */
export type FitLoopArgs = [
  train: BatchFunction,
  data: (tf.Tensor | null)[],
  labels: string[],
  batchSize: number | undefined,
  epochs: number | undefined,
  verbose: number | undefined,
  callbacks: FitCallback[],
  test: BatchFunction | null | undefined,
  testData: (tf.Tensor | null)[] | null | undefined,
  shuffle: boolean | string | undefined,
  metrics: string[],
  initialEpoch: number | undefined,
  stepsPerEpoch: number | null,
  validationSteps: number | null,
];

/** A tf.LayersModel with members that its type declaration hides. */
export interface CompilableModel extends Pick<tf.LayersModel, 'inputNames' | 'outputNames' | 'layers'> {
  readonly weights: readonly { val: tf.Variable }[];
  readonly trainableWeights: readonly { val: tf.Variable }[];
  optimizer_: tf.Optimizer;
  testFunction: BatchFunction;
  makeTrainFunction(): BatchFunction;
  makeTestFunction(): void;
  fitLoop(...args: FitLoopArgs): Promise<tf.History>;
  testLoop(test: BatchFunction, data: (tf.Tensor | null)[], batchSize: number): tf.Scalar[];
  checkNumSamples(data: (tf.Tensor | null)[], batchSize: number, steps: null, name: string): number;
  history: tf.History;
  stopTraining_: boolean;
}

/** Of a tf.Sequential, the model that it does everything with; undefined as long as it has no layers or is not compiled. */
export const innerModel = (model: tf.LayersModel): CompilableModel | undefined =>
  (model instanceof tf.Sequential ? (model as unknown as { model?: unknown }).model : model) as
    CompilableModel | undefined;

/** A compiled model's functions for a batch, as steps of one graph. While it lives, weights and slots of the optimizer are in the session. */
export class ModelProgram {
  readonly #model: CompilableModel;
  readonly #options: CompiledModelOptions;
  readonly #seed: number;
  #program: Program;
  /** The numbers of the optimizer that the program was made with. */
  #settings: string;
  /** Batches trained, which the noise of a batch is drawn from. */
  #step = 0;
  #isSettled = true;

  /** @throws GraphError GRAPH_STATEFUL_LAYER; GRAPH_NO_TENSORFLOW */
  constructor(model: CompilableModel, options: CompiledModelOptions) {
    this.#model = model;
    this.#options = options;
    this.#seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
    model.layers.forEach(makeTraceable);
    this.#program = this.#newProgram();
    this.#settings = settingsOf(model.optimizer_);
  }

  train(eager: BatchFunction): BatchFunction {
    const run = this.#compiled(({ key, ...inputs }, length) => {
      const results = withStepRandom(stepRandom(key!), () => eager(positions(inputs, length)));
      // Tracing is no update.
      countUpdates(this.#model.optimizer_, -1);
      const outputs = named(results.map((result) => tf.clone(result)));
      // tfjs-layers keeps its metrics from being tidied away.
      tf.dispose(results);
      return outputs;
    });
    return (batch) => {
      this.#followSettings();
      const key = tf.tensor1d([this.#seed, ++this.#step], 'int32');
      const results = run(batch, { key });
      key.dispose();
      countUpdates(this.#model.optimizer_, 1);
      return results;
    };
  }

  /** @param batchSize rows of a batch; the last may be shorter */
  trainRows(eager: BatchFunction, batchSize: number): RowsFunction {
    const run = this.#compiled((inputs, length) => this.#rowsStep(eager, batchSize, inputs, length));
    return (data, rows) => {
      this.#followSettings();
      const keys = this.#keysFor(rows.size, batchSize);
      const [results] = run(data, { keys, rows });
      countUpdates(this.#model.optimizer_, keys.shape[0]!);
      keys.dispose();
      return results as tf.Tensor as tf.Tensor2D;
    };
  }

  /** How many nodes a graph for a batch would have; so many as for a batch of one. */
  countNodes(eager: BatchFunction, data: readonly (tf.Tensor | null)[]): number {
    const rows = tf.tensor1d([0], 'int32');
    const keys = tf.tensor2d([[this.#seed, 0]], undefined, 'int32');
    const step = (inputs: Named): Named => this.#rowsStep(eager, 1, inputs, data.length);
    try {
      return this.#program.countNodes(step, { keys, rows, ...named(data) });
    } finally {
      tf.dispose([rows, keys]);
    }
  }

  #rowsStep(eager: BatchFunction, batchSize: number, { keys, rows, ...inputs }: Named, length: number): Named {
    const data = positions(inputs, length);
    const results = batchesOf(rows!.shape[0]!, batchSize).map(([start, size], k) => {
      const own = tf.slice(rows!, start, size);
      const batch = data.map((whole) => whole && tf.gather(whole, own));
      const key = tf.reshape(tf.slice(keys!, [k, 0], [1, 2]), [2]);
      const outs = withStepRandom(stepRandom(key), () => eager(batch));
      countUpdates(this.#model.optimizer_, -1);
      const stacked = tf.stack(outs.map((out) => tf.reshape(out, [])));
      tf.dispose(outs);
      return stacked;
    });
    return { results: tf.stack(results) };
  }

  /** What the noise of each batch is drawn from: [batches, 2]. */
  #keysFor(rows: number, batchSize: number): tf.Tensor2D {
    return tf.tensor2d(batchesOf(rows, batchSize).map(() => [this.#seed, ++this.#step]), undefined, 'int32'); // prettier-ignore
  }

  test(eager: BatchFunction): BatchFunction {
    return this.#compiled((inputs, length) => named(eager(positions(inputs, length))));
  }

  /** A step of batches as one of the program there is at the time. @param step also gets how many places a batch has */
  #compiled(
    step: (inputs: Named, length: number) => Named,
  ): (batch: (tf.Tensor | null)[], others?: Named) => tf.Scalar[] {
    let run: { of: Program; step: CompiledStep } | undefined;
    return (batch, others = {}) => {
      if (run?.of !== this.#program)
        run = { of: this.#program, step: this.#program.compile((inputs) => step(inputs, batch.length)) };
      return Object.values(run.step({ ...others, ...named(batch) })) as tf.Scalar[];
    };
  }

  /** False once the learning rate, or another number of the optimizer, was changed. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Brings the model's weights, and the optimizer, up to date. */
  pull(): void {
    this.#program.pull();
  }

  /** The session takes over weights and slots that were set from outside. */
  push(): void {
    this.#program.push();
  }

  dispose(): void {
    this.#program.dispose();
  }

  #newProgram(): Program {
    const { precision, bf16 } = this.#options;
    const [weights, trainable] = [this.#model.weights, this.#model.trainableWeights].map((list) =>
      list.map(({ val }) => val),
    );
    const state = optimizerState(this.#model.optimizer_, trainable!);
    return new Program({
      variables: [...weights!, ...state.variables],
      resident: state.resident,
      ...(precision && { precision }),
      ...(bf16 && { bf16 }),
    });
  }

  /** A graph holds the learning rate as it was at the trace: one that a callback has changed needs a new graph. */
  #followSettings(): void {
    const settings = settingsOf(this.#model.optimizer_);
    if (settings === this.#settings) return;
    this.#isSettled = false;
    this.#program.pull();
    this.#program.dispose();
    this.#program = this.#newProgram();
    this.#settings = settings;
  }
}

/** Start and size of each batch. */
const batchesOf = (rows: number, batchSize: number): [start: number, size: number][] =>
  Array.from({ length: Math.ceil(rows / batchSize) }, (_, k) => [
    k * batchSize,
    Math.min(batchSize, rows - k * batchSize),
  ]);

/** Tensors by their position; graphs know no null. */
function named(tensors: readonly (tf.Tensor | null)[]): Named {
  return Object.fromEntries(tensors.flatMap((tensor, k) => (tensor ? [[`at${k}`, tensor]] : [])));
}

const positions = (tensors: Named, length: number): (tf.Tensor | null)[] =>
  Array.from({ length }, (_, k) => tensors[`at${k}`] ?? null);

/** All numbers among an optimizer's fields but the count of its updates: learning rate, momentum, … */
function settingsOf(optimizer: tf.Optimizer): string {
  return Object.entries(optimizer)
    .filter(([field, value]) => typeof value === 'number' && field !== 'iterations_')
    .join();
}

function countUpdates(optimizer: tf.Optimizer, change: number): void {
  const fields = optimizer as unknown as { iterations_?: number };
  fields.iterations_ = (fields.iterations_ ?? 0) + change;
}

const traceable = new WeakSet<tf.layers.Layer>();

function makeTraceable(layer: tf.layers.Layer): void {
  if (layer.stateful) {
    throw new GraphError(
      'GRAPH_STATEFUL_LAYER',
      `Layer "${layer.name}" (${layer.getClassName()}) keeps its state from batch to batch in JavaScript, where a graph cannot reach it. ` +
        'Build it without stateful: true, or train with model.fit.',
    );
  }
  if (traceable.has(layer)) return;
  traceable.add(layer);
  seedNoise(layer);
}
