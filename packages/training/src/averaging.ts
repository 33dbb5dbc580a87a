import type { CompiledStep, Step } from '@glyphlab/graph';
import { augment, type Augment, normalise, stepRandom, withKeptStatistics, withStepRandom } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { Batches } from './input/batches.ts';
import { batchOf, type ImageSource, takeBatch } from './input/image-source.ts';
import type { Network } from './network.ts';
import { epochOrder } from './step/epoch-order.ts';
import type { Runner } from './step/runner.ts';
import { Turns } from './turns.ts';

export interface AveragingOptions {
  /** Exponential moving average, updated by the training step itself. */
  ema?: { decay: number } | undefined;
  /** Mean of the weights at the end of each epoch from `fromEpoch` on (Izmailov et al. 2018, "Averaging Weights", §3). */
  swa?: { fromEpoch: number } | undefined;
  augmentation: readonly Augment[];
  seed: number;
  batchSize: number;
}

/** After so many batches a moving statistic with momentum 0.99, tfjs's own, holds less than 1 % of what it began with. */
const SETTLING_BATCHES = 460;

/** Averages of a network's weights, which are evaluated and saved in their place. None without EMA and SWA. */
export class Averaging {
  /** In the order of `network.variables`; empty where nothing is averaged. */
  readonly averages: tf.Variable[];
  readonly #network: Network;
  readonly #source: ImageSource;
  readonly #options: AveragingOptions;
  #swap: CompiledStep | undefined;
  #collect: CompiledStep | undefined;
  #settle: CompiledStep | undefined;

  constructor(network: Network, source: ImageSource, options: AveragingOptions) {
    this.#network = network;
    this.#source = source;
    this.#options = options;
    this.averages = options.ema || options.swa ? network.variables.map((v) => tf.variable(v, false)) : [];
  }

  /** @param runner of the training, which knows the averages as variables */
  compile(runner: Runner): void {
    if (this.averages.length === 0) return;
    this.#swap = runner.compile(swapStep(this.#network, this.averages));
    if (!this.#options.swa) return;
    this.#collect = runner.compile(collectStep(this.#network, this.averages));
    const learnsStatistics = this.#network.model.layers.some(
      (layer) => layer.getClassName() === 'BatchNormalization' && !this.#network.kept?.has(layer),
    );
    if (learnsStatistics) this.#settle = runner.compile(statisticsStep(this.#network, this.#source, this.#options));
  }

  /** Exchanges weights and averages: before evaluating, and back before training goes on. */
  swap(): void {
    if (this.#swap) tf.dispose(this.#swap({}));
  }

  /**
   * The epoch's weights go into their mean, which takes the place of the weights until the next {@link swap}. Means of statistics are
   * not the statistics of a mean, so the batch norms learn theirs anew from training images (§3.2).
   * @param epoch that has just been trained, from 1
   */
  async show(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    const { swa } = this.#options;
    if (swa) {
      const count = Math.max(1, epoch - swa.fromEpoch + 1);
      const share = tf.scalar(1 / count);
      tf.dispose([this.#collect!({ share }), share]);
      this.swap();
      if (count > 1) await this.#settleStatistics(epoch, signal);
    } else this.swap();
  }

  dispose(): void {
    tf.dispose(this.averages);
  }

  async #settleStatistics(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#settle) return;
    const { seed, batchSize } = this.#options;
    const { size } = this.#source;
    // A batch that is short would need a graph of its own, and says little.
    const whole = Math.max(1, Math.floor(size / batchSize));
    const batches = new Batches(this.#source);
    const turns = new Turns(signal);
    try {
      for (let k = 0; k < SETTLING_BATCHES; k++) {
        const from = (k % whole) * batchSize;
        if (from === 0) batches.start(epochOrder(size, seed, epoch).subarray(0, whole * batchSize), batchSize);
        const batch = await batches.next(from);
        const inputs = { ...batch, key: tf.tensor1d([seed, -(k + 1)], 'int32') };
        tf.dispose([this.#settle(inputs), inputs]);
        if (turns.due()) await turns.take();
      }
    } finally {
      await batches.close();
    }
  }
}

/** Exchanges the weights and their averages. Output: `done`, so that there is something to fetch. */
function swapStep(network: Network, averages: tf.Variable[]): Step {
  return () => {
    averages.forEach((average, k) => {
      const variable = network.variables[k]!;
      const weight = tf.mul(variable, 1);
      variable.assign(tf.mul(average, 1));
      average.assign(weight);
    });
    return { done: tf.scalar(1) };
  };
}

/** Input: `share`, scalar: 1 / the number of weights in the mean, the present ones included. Output: `done`. */
function collectStep(network: Network, averages: tf.Variable[]): Step {
  return ({ share }) => {
    averages.forEach((average, k) => {
      // So that a share of 1 gives the very weights.
      average.assign(tf.add(tf.mul(average, tf.sub(1, share!)), tf.mul(network.variables[k]!, share!)));
    });
    return { done: tf.scalar(1) };
  };
}

/** Input: a batch, `key` int32 [2]. A forward pass as in training, by which batch norms learn; no weight changes. Output: `done`. */
function statisticsStep(network: Network, source: ImageSource, { augmentation }: AveragingOptions): Step {
  return ({ key, ...inputs }) => {
    const random = stepRandom(key!);
    const { images } = takeBatch(source, batchOf(inputs));
    const x = normalise(augment(images, augmentation, random));
    const apply = (): tf.Tensor => network.model.apply(x, { training: true }) as tf.Tensor;
    const logits = withStepRandom(random, () => withKeptStatistics(network.kept ?? new Set(), apply));
    return { done: tf.mean(logits) };
  };
}
