import { sgd } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, test } from 'vitest';
import { Learner } from './learner.ts';
import type { Network } from './network.ts';
import { greedyIngredients, Soup } from './soup.ts';
import { bars, blocks, learnerOptions, smallNetwork } from './testing/index.ts';

afterAll(() => tf.disposeVariables());

const train = bars(96, 1);
const options = { augmentation: [], seed: 1, batchSize: 16 };
const valuesOf = ({ variables }: Network): number[][] => variables.map((v) => [...v.dataSync()]);

/** From one beginning; the seed is that of order and dropout. */
async function trained(seed: number): Promise<Network> {
  const network = smallNetwork(blocks['cnn']!);
  const createOptimizer = (weights: readonly tf.Variable[]) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights); // prettier-ignore
  const learner = new Learner(network, { train, val: train }, { ...learnerOptions, createOptimizer, seed });
  await learner.trainEpoch({ epoch: 1, lrAt: () => 0.02 });
  learner.pull();
  learner.dispose();
  return network;
}

test('a soup has the mean of the weights, and statistics learnt from the images; its members stay', async () => {
  const members = [await trained(1), await trained(2), await trained(3)];
  const before = members.map(valuesOf);
  const network = smallNetwork(blocks['cnn']!, 9);
  const soup = new Soup(network, members, train, options);
  await soup.mix([0, 2]);
  expect(members.map(valuesOf)).toEqual(before);
  const mixed = valuesOf(network);
  network.variables.forEach((variable, k) => {
    if (!network.trainable.includes(variable)) return;
    mixed[k]!.forEach((x, i) => expect(x).toBeCloseTo((before[0]![k]![i]! + before[2]![k]![i]!) / 2, 6));
  });
  const [conv, norm] = network.model.layers.filter(({ weights }) => weights.length > 0);
  const images = tf.sub(tf.div(tf.cast(train.images, 'float32'), 127.5), 1);
  const { mean, variance } = tf.moments(conv!.apply(images) as tf.Tensor, [0, 1, 2]);
  const [, , movingMean, movingVariance] = norm!.getWeights().map((weight) => [...weight.dataSync()]);
  const [means, variances] = [[...mean.dataSync()], [...variance.dataSync()]];
  movingMean!.forEach((found, k) => expect(Math.abs(found - means[k]!)).toBeLessThan(0.02 * Math.sqrt(variances[k]!)));
  // After few steps of training the members' own are still near 1, of which 1 % is left.
  const left = 0.99 ** 460;
  const place = network.variables.findIndex(({ name }) => name.includes('moving_variance'));
  movingVariance!.forEach((found, k) => {
    const started = (before[0]![place]![k]! + before[2]![place]![k]!) / 2;
    expect(started).toBeGreaterThan(0.9);
    const expected = variances[k]! * (1 - left) + started * left;
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.1);
  });

  // Another one, and one alone: as it is, statistics too.
  await soup.mix([0, 1, 2]);
  const last = network.variables.indexOf(network.trainable.at(-1)!);
  const bias = [0, 1, 2].map((member) => before[member]![last]!);
  valuesOf(network)[last]!.forEach((x, i) => expect(x).toBeCloseTo((bias[0]![i]! + bias[1]![i]! + bias[2]![i]!) / 3, 6)); // prettier-ignore
  await soup.mix([1]);
  expect(valuesOf(network)).toEqual(before[1]);
  soup.dispose();
});

test('a greedy soup takes from the best on whoever does not make it worse', async () => {
  const asked: string[] = [];
  const known: Record<string, number> = { '2,0': 0.89, '2,3': 0.9, '2,3,1': 0.93 };
  const measure = async (ingredients: readonly number[]): Promise<number> => {
    asked.push(ingredients.join());
    return known[ingredients.join()]!;
  };
  const soup = await greedyIngredients([0.88, 0.7, 0.9, 0.8], measure);
  expect(asked).toEqual(['2,0', '2,3', '2,3,1']);
  expect(soup).toEqual({ ingredients: [2, 3, 1], accuracy: 0.93 });
  const alone = await greedyIngredients([0.5, 0.6], () => Promise.resolve(0.55));
  expect(alone).toEqual({ ingredients: [1], accuracy: 0.6 });
});
