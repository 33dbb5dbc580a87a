import type { CompiledStep, Precision } from '@glyphlab/graph';
import type { Optimizer } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { Averaging } from './averaging.ts';
import { Batches, inOrder } from './input/batches.ts';
import { type Batch, type ImageSource, residentOf } from './input/image-source.ts';
import { LossNotFiniteError, type Origin } from './loss-not-finite.ts';
import type { Network } from './network.ts';
import { groupedOptimizer, type Phase } from './phases.ts';
import { balancedOrder, epochOrder } from './step/epoch-order.ts';
import { evaluateStep } from './step/evaluate-step.ts';
import { mixShares, shareTensors } from './step/mix-share.ts';
import { readOutputs } from './step/read-outputs.ts';
import type { Refinement } from './step/refinement.ts';
import { createRunner, type Runner } from './step/runner.ts';
import type { TrainStepOptions } from './step/train-step.ts';
import { compileTrainSteps, type TrainSteps } from './step/train-steps.ts';
import { Turns } from './turns.ts';

export interface LearnerOptions extends TrainStepOptions {
  seed: number;
  batchSize: number;
  /** Which images an epoch trains on: each once, or as many of each class. Default `shuffled`. */
  sampling?: 'shuffled' | 'balanced' | undefined;
  /** See `Averaging`. */
  swa?: { fromEpoch: number } | undefined;
  /** Images a step in evaluation. */
  evaluationBatchSize: number;
  /** Makes the optimizer for the trainable weights, in their order. */
  createOptimizer(weights: readonly tf.Variable[]): Optimizer;
  precision: Precision;
  /** What learns when, from epoch 1. Default: all trainable weights, at one rate. */
  phases?: readonly Phase[];
  refine?: Refinement | undefined;
  /** Every so many steps the layers are looked at; where the loss is no longer a number, it is found out which began it. */
  watchLayers?: number | undefined;
}

/** Mean over a split. */
interface LossAndAccuracy {
  /** Nats. */
  loss: number;
  /** 0–1. */
  accuracy: number;
}

/** What one epoch of training needs from outside. */
interface EpochContext {
  epoch: number;
  /** Learning rate by the epochs done, with the fraction of the running one. */
  lrAt(progress: number): number;
  /** @param images trained on so far in this epoch */
  onProgress?: ((images: number, loss: number) => void) | undefined;
  /** Gets the loss of each step's batch (nats), and can end the pass. Must be quick. */
  onStep?: ((loss: number) => 'stop' | undefined) | undefined;
  /** Gets what `LayerWatch.metrics` says, where layers are watched. */
  onLayers?: ((metrics: Record<string, number>, iteration: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A network in training: its steps, and the state that they share. */
export class Learner {
  /** Updates of the weights so far. */
  iteration = 0;
  readonly network: Network;
  /** Optimizer state. */
  readonly slots: tf.Variable[];
  /** Of the weights, with EMA and SWA. */
  readonly averaging: Averaging;
  /** What the last validation gave each image of the split: [val size, classes], row by row. */
  readonly valProbabilities: Float32Array;
  readonly #options: LearnerOptions;
  readonly #train: ImageSource;
  readonly #val: ImageSource;
  readonly #trainBatches: Batches;
  readonly #valBatches: Batches;
  readonly #runner: Runner;
  readonly #trainSteps: TrainSteps[];
  readonly #valStep: CompiledStep;
  /** All that a step changes. */
  readonly #state: tf.Variable[];
  /** The state before a step of the running epoch, not long ago, to find out from where the loss went wrong. */
  #snapshot: { from: number; iteration: number; values: tf.Tensor[] } | undefined;

  constructor(network: Network, data: { train: ImageSource; val: ImageSource }, options: LearnerOptions) {
    this.network = network;
    this.#options = options;
    this.#train = data.train;
    this.#val = data.val;
    this.#trainBatches = new Batches(data.train);
    this.#valBatches = new Batches(data.val);
    this.valProbabilities = new Float32Array(data.val.size * network.numClasses);
    const stepsPerEpoch = Math.ceil(data.train.size / options.batchSize);
    const everything: Phase = { firstEpoch: 1, groups: [{ weights: network.trainable, rate: 1 }], kept: new Set() };
    const phases = (options.phases ?? [everything]).map(({ firstEpoch, groups, kept }) => ({
      firstEpoch,
      network: { ...network, trainable: groups.flatMap(({ weights }) => weights), kept },
      optimizer: groupedOptimizer(groups, options.createOptimizer, (firstEpoch - 1) * stepsPerEpoch),
    }));
    this.slots = phases.flatMap(({ optimizer }) => optimizer.slots);
    this.averaging = new Averaging(network, data.train, options);
    const { averages } = this.averaging;
    const teachers = options.distill?.teachers ?? [];
    this.#state = [...network.variables, ...this.slots, ...averages];
    this.#runner = createRunner({
      variables: this.#state,
      resident: [...residentOf(data.train), ...residentOf(data.val), ...teachers.flatMap(({ variables }) => variables)],
      precision: options.precision,
    });
    this.#trainSteps = compileTrainSteps(phases, data.train, averages, options, this.#runner);
    this.#valStep = this.#runner.compile(evaluateStep(network, data.val, options.loss));
    this.averaging.compile(this.#runner);
  }

  /**
   * One pass over the training split.
   * @returns mean over the steps, weighted by their size, while the weights were changing
   * @throws LossNotFiniteError; the signal's reason if aborted
   */
  async trainEpoch({ epoch, lrAt, onProgress, onStep, onLayers, signal }: EpochContext): Promise<LossAndAccuracy> {
    const { batchSize } = this.#options;
    const { size } = this.#train;
    const turns = new Turns(signal);
    signal?.throwIfAborted();
    const { step: trainStep, watched, options } = this.#stepsOf(epoch);
    this.#trainBatches.start(this.#orderOf(epoch), batchSize);
    if (watched) this.#remember(0);
    let [loss, correct] = [0, 0];
    for (let from = 0; from < size; from += batchSize) {
      const length = Math.min(batchSize, size - from);
      const next = this.#trainBatches.next(from);
      const batch = next instanceof Promise ? await next : next;
      const isWatched = watched !== undefined && this.#isDue(from);
      if (isWatched && from > 0) this.#remember(from);
      const running = run(
        isWatched ? watched.step : trainStep,
        this.#inputs(options, batch, lrAt(epoch - 1 + from / size)),
      );
      const step = outcomeOf(running instanceof Promise ? await running : running);
      if (!Number.isFinite(step.loss)) {
        const origin = watched && (await this.#findOrigin(epoch, from, lrAt, signal));
        throw new LossNotFiniteError(step.loss, epoch, from / batchSize + 1, origin);
      }
      if (isWatched) onLayers?.(watched.watch.metrics(step.layers!), this.iteration);
      loss += step.loss * length;
      correct += step.accuracy * length;
      if (onStep?.(step.loss) === 'stop') break;
      if (turns.due()) {
        onProgress?.(from + length, loss / (from + length));
        await turns.take();
      }
    }
    return { loss: loss / size, accuracy: correct / size };
  }

  /**
   * Loss and accuracy on the validation split, or on its first images, of the averaged weights if there are any.
   * @param most how many images at most
   */
  async validate(signal?: AbortSignal, most = Infinity): Promise<LossAndAccuracy> {
    const size = Math.min(this.#val.size, most);
    const turns = new Turns(signal);
    let [loss, correct] = [0, 0];
    const { evaluationBatchSize: batchSize } = this.#options;
    this.#valBatches.start(inOrder(size), batchSize);
    for (let from = 0; from < size; from += batchSize) {
      const next = this.#valBatches.next(from);
      const batch = next instanceof Promise ? await next : next;
      const running = run(this.#valStep, batch);
      const { metrics, probabilities } = running instanceof Promise ? await running : running;
      loss += metrics![0]!;
      correct += metrics![1]!;
      this.valProbabilities.set(probabilities!, from * this.network.numClasses);
      if (turns.due()) await turns.take();
    }
    return { loss: loss / size, accuracy: correct / size };
  }

  /** Seconds that training steps have waited for images that are read from disk; undefined where all are in memory. */
  get waitedSeconds(): number | undefined {
    return this.#trainBatches.waitedSeconds;
  }

  /** Makes all tf.Variables hold the current state. */
  pull(): void {
    this.#runner.pull();
  }

  /** Goes on from what the tf.Variables hold. */
  push(): void {
    this.#runner.push();
  }

  dispose(): void {
    void this.#trainBatches.close();
    void this.#valBatches.close();
    this.#runner.dispose();
    this.averaging.dispose();
    tf.dispose([this.slots, this.#snapshot?.values ?? []]);
  }

  #stepsOf(epoch: number): TrainSteps {
    return this.#trainSteps.findLast(({ firstEpoch }) => firstEpoch <= epoch)!;
  }

  #orderOf(epoch: number): Int32Array {
    const { seed, sampling } = this.#options;
    return sampling === 'balanced'
      ? balancedOrder(this.#train.labels.dataSync() as Int32Array, seed, epoch)
      : epochOrder(this.#train.size, seed, epoch);
  }

  /**
   * Whether the step from there on is to be watched: every n-th one. A last batch that is short would need a graph of its own, so the
   * first of the next epoch takes its place.
   */
  #isDue(from: number): boolean {
    const { batchSize, watchLayers } = this.#options;
    const { size } = this.#train;
    const isShort = size > batchSize && from + batchSize > size;
    const isAfterShort = from === 0 && size > batchSize && size % batchSize > 0;
    const isTurn = (iteration: number): boolean => iteration > 0 && iteration % watchLayers! === 0;
    return !isShort && (isTurn(this.iteration + 1) || (isAfterShort && isTurn(this.iteration)));
  }

  #remember(from: number): void {
    this.pull();
    tf.dispose(this.#snapshot?.values ?? []);
    const values = tf.tidy(() => this.#state.map((variable) => tf.keep(tf.clone(variable))));
    this.#snapshot = { from, iteration: this.iteration, values };
  }

  /** Goes the last steps again, up to the one from `failed` on, with an eye on the layers. */
  async #findOrigin(
    epoch: number,
    failed: number,
    lrAt: EpochContext['lrAt'],
    signal: AbortSignal | undefined,
  ): Promise<Origin | undefined> {
    const { from: start, iteration, values } = this.#snapshot!;
    const { batchSize } = this.#options;
    const { watched, options } = this.#stepsOf(epoch);
    const { watch, step } = watched!;
    this.#state.forEach((variable, k) => variable.assign(values[k]!));
    this.push();
    this.iteration = iteration;
    const batches = new Batches(this.#train);
    batches.start(this.#orderOf(epoch).subarray(start), batchSize);
    const turns = new Turns();
    try {
      for (let from = start; from <= failed && !signal?.aborted; from += batchSize) {
        if (turns.due()) await turns.take();
        const batch = await batches.next(from - start);
        const { layers } = await run(step, this.#inputs(options, batch, lrAt(epoch - 1 + from / this.#train.size)));
        const origin = watch.notFinite(layers!);
        if (origin) return { ...origin, step: from / batchSize + 1 };
      }
      return undefined;
    } finally {
      await batches.close();
    }
  }

  /** What the next step is given. */
  #inputs(options: TrainStepOptions, batch: Batch, lr: number): Record<string, tf.Tensor> {
    const { seed } = this.#options;
    this.iteration++;
    return {
      ...batch,
      key: tf.tensor1d([seed, this.iteration], 'int32'),
      lr: tf.scalar(lr),
      iteration: tf.scalar(this.iteration),
      ...shareTensors(mixShares(options, seed, this.iteration)),
    };
  }
}

const run = (step: CompiledStep, inputs: Record<string, tf.Tensor>): ReturnType<typeof readOutputs> =>
  readOutputs(step(inputs), inputs);

const outcomeOf = ({ metrics, layers }: Record<string, Float32Array>) => ({
  loss: metrics![0]!,
  accuracy: metrics![1]!,
  layers,
});
