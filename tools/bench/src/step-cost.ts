import { crossEntropyLoss, type ImageTable, sgd } from '@glyphlab/nn';
import { createNetwork, Learner, type LearnerOptions } from '@glyphlab/training';
import type * as tf from '@tensorflow/tfjs';

/** A learner of the plainest step: fp32, one tower, SGD with momentum and no augmentation, where `change` does not say otherwise. */
export const plainLearner = (
  model: tf.LayersModel,
  table: ImageTable,
  batchSize: number,
  change: Partial<LearnerOptions>,
): Learner =>
  new Learner(
    createNetwork(model),
    { train: table, val: table },
    {
      seed: 1,
      batchSize,
      evaluationBatchSize: batchSize,
      createOptimizer: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
      precision: 'fp32',
      towers: 1,
      augmentation: [],
      loss: crossEntropyLoss(0, undefined),
      ...change,
    },
  );

/** The least time of a step of each learner, ms, of so many epochs in turns. Ends the learners. */
export async function leastStepTimes(
  learners: readonly Learner[],
  { turns, steps, onTurn }: { turns: number; steps: number; onTurn?: (turn: number) => void },
): Promise<number[]> {
  const least = learners.map(() => Infinity);
  // The first turn makes the graphs.
  for (let turn = 0; turn <= turns; turn++) {
    for (const [k, learner] of learners.entries()) {
      const start = performance.now();
      await learner.trainEpoch({ epoch: 1, lrAt: () => 0.001, onLayers: () => undefined });
      if (turn > 0) least[k] = Math.min(least[k]!, (performance.now() - start) / steps);
    }
    onTurn?.(turn);
  }
  for (const learner of learners) learner.dispose();
  return least;
}
