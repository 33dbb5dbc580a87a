import type { CompiledStep, Step } from '@glyphlab/graph';
import { augment, type Augment, normalise, stepRandom, withKeptStatistics, withStepRandom } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { Batches } from './input/batches.ts';
import { batchOf, type ImageSource, takeBatch } from './input/image-source.ts';
import type { Network } from './network.ts';
import { epochOrder } from './step/epoch-order.ts';
import type { Runner } from './step/runner.ts';
import { Turns } from './turns.ts';

export interface BatchStatisticsOptions {
  augmentation: readonly Augment[];
  seed: number;
  batchSize: number;
}

/** After so many batches a moving statistic with momentum 0.99, tfjs's own, holds less than 1 % of what it began with. */
const SETTLING_BATCHES = 460;

/**
 * Lets batch norms learn their statistics anew from training images: means of statistics are not the statistics of mean weights
 * (Izmailov et al. 2018, "Averaging Weights", §3.2).
 */
export class BatchStatistics {
  readonly #source: ImageSource;
  readonly #options: BatchStatisticsOptions;
  /** Undefined where no batch norm learns. */
  readonly #step: CompiledStep | undefined;

  /** @param runner that knows the network's variables and the images */
  constructor(network: Network, source: ImageSource, runner: Runner, options: BatchStatisticsOptions) {
    this.#source = source;
    this.#options = options;
    const learn = network.model.layers.some(
      (layer) => layer.getClassName() === 'BatchNormalization' && !network.kept?.has(layer),
    );
    if (learn) this.#step = runner.compile(statisticsStep(network, source, options));
  }

  /**
   * @param epoch whose order the images are taken in, from 1
   * @throws the signal's reason if aborted
   */
  async renew(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#step) return;
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
        tf.dispose([this.#step(inputs), inputs]);
        if (turns.due()) await turns.take();
      }
    } finally {
      await batches.close();
    }
  }
}

/** Input: a batch, `key` int32 [2]. A forward pass as in training, by which batch norms learn; no weight changes. Output: `done`. */
function statisticsStep(network: Network, source: ImageSource, { augmentation }: BatchStatisticsOptions): Step {
  return ({ key, ...inputs }) => {
    const random = stepRandom(key!);
    const { images } = takeBatch(source, batchOf(inputs));
    const x = normalise(augment(images, augmentation, random));
    const apply = (): tf.Tensor => network.model.apply(x, { training: true }) as tf.Tensor;
    const logits = withStepRandom(random, () => withKeptStatistics(network.kept ?? new Set(), apply));
    return { done: tf.mean(logits) };
  };
}
