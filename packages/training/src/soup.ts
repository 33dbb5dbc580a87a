import { type Augment } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { BatchStatistics } from './batch-statistics.ts';
import { type ImageSource, residentOf } from './input/image-source.ts';
import type { Network } from './network.ts';
import { createRunner, type Runner } from './step/runner.ts';

export interface SoupOptions {
  /** Of the images that batch norms learn their statistics from. */
  augmentation: readonly Augment[];
  seed: number;
  batchSize: number;
}

/**
 * Mean of the weights of networks that share a beginning (Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned
 * models improves accuracy without increasing inference time").
 */
export class Soup {
  readonly #network: Network;
  readonly #members: readonly Network[];
  readonly #runner: Runner;
  readonly #statistics: BatchStatistics;

  /**
   * @param network gets the mean; of the same layers as the members, and none of them
   * @param train images [0, 255] of the dataset's training split
   */
  constructor(network: Network, members: readonly Network[], train: ImageSource, options: SoupOptions) {
    this.#network = network;
    this.#members = members;
    this.#runner = createRunner({ variables: network.variables, resident: residentOf(train), precision: 'fp32' });
    this.#statistics = new BatchStatistics(network, train, this.#runner, options);
  }

  /**
   * Puts the mean of these members into the network, with batch-norm statistics that are learnt anew. One member alone stays as it is.
   * @param ingredients places of members, at least one
   */
  async mix(ingredients: readonly number[]): Promise<void> {
    const { variables } = this.#network;
    tf.tidy(() =>
      variables.forEach((variable, k) => {
        const sum = tf.addN(ingredients.map((member) => tf.mul(this.#members[member]!.variables[k]!, 1)));
        variable.assign(tf.div(sum, ingredients.length));
      }),
    );
    if (ingredients.length === 1) return;
    this.#runner.push();
    await this.#statistics.renew(1, undefined);
    this.#runner.pull();
  }

  dispose(): void {
    this.#runner.dispose();
  }
}

/**
 * Which members a greedy soup takes (Wortsman et al., Recipe 1): from the best one on, each that does not make it worse.
 *
 * @param accuracies of the members by themselves, on validation images, 0–1
 * @param measure accuracy of the soup of these members, on the same images
 * @returns places of members, the best first, and the accuracy of their soup
 */
export async function greedyIngredients(
  accuracies: readonly number[],
  measure: (ingredients: readonly number[]) => Promise<number>,
): Promise<{ ingredients: number[]; accuracy: number }> {
  const [best, ...others] = accuracies.map((_, k) => k).sort((a, b) => accuracies[b]! - accuracies[a]!);
  let [ingredients, accuracy] = [[best!], accuracies[best!]!];
  for (const other of others) {
    const tried = [...ingredients, other];
    const reached = await measure(tried);
    if (reached >= accuracy) [ingredients, accuracy] = [tried, reached];
  }
  return { ingredients, accuracy };
}
