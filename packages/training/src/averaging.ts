import type { CompiledStep, Step } from '@glyphlab/graph';
import * as tf from '@tensorflow/tfjs';
import { BatchStatistics, type BatchStatisticsOptions } from './batch-statistics.ts';
import type { ImageSource } from './input/image-source.ts';
import type { Network } from './network.ts';
import { inEpoch, type Refinement } from './step/refinement.ts';
import type { Runner } from './step/runner.ts';

export interface AveragingOptions extends BatchStatisticsOptions {
  /** Exponential moving average, updated by the training step itself. */
  ema?: { decay: number } | undefined;
  /** Mean of the weights at the end of each epoch from `fromEpoch` on (Izmailov et al. 2018, "Averaging Weights", §3). */
  swa?: { fromEpoch: number } | undefined;
  refine?: Refinement | undefined;
}

/** Averages of a network's weights, which are evaluated and saved in their place. None without EMA and SWA. */
export class Averaging {
  /** In the order of `network.variables`; empty where nothing is averaged. */
  readonly averages: tf.Variable[];
  readonly #network: Network;
  readonly #source: ImageSource;
  readonly #options: AveragingOptions;
  #swap: CompiledStep | undefined;
  #collect: CompiledStep | undefined;
  /** With the changes of each part of the training, by its first epoch. */
  #statistics: { fromEpoch: number; statistics: BatchStatistics }[] = [];

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
    this.#statistics = [1, this.#options.refine?.fromEpoch ?? []].flat().map((fromEpoch) => ({
      fromEpoch,
      statistics: new BatchStatistics(this.#network, this.#source, runner, inEpoch(this.#options, fromEpoch)),
    }));
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
      if (count > 1)
        await this.#statistics.findLast((part) => part.fromEpoch <= epoch)!.statistics.renew(epoch, signal);
    } else this.swap();
  }

  dispose(): void {
    tf.dispose(this.averages);
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
