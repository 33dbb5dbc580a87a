import { loadDataset } from '@glyphlab/data';
import { drawnOf } from '@glyphlab/experiments/search';
import { cnn } from '@glyphlab/model-cnn';
import { buildModel, crossEntropyLoss, imageTable, sgd } from '@glyphlab/nn';
import { createNetwork, fit, Learner } from '@glyphlab/training';
import { schedules } from '@glyphlab/training/kinds';
import { EPOCHS, space, type Values } from './space.ts';

/** A training that can be had again: of these values, with this seed. */
export interface TrialRequest {
  seed: number;
  values: Values;
  /** Whether it goes on after an epoch with this accuracy. */
  goesOn: (epoch: number, valAccuracy: number) => boolean;
}

/** Trains and validates on 10,000 real digits; the test part is never read. Needs TensorFlow to be loaded. */
export async function trialTrainer(): Promise<(request: TrialRequest) => Promise<number[]>> {
  const { train, val, imageShape, classNames } = await loadDataset(
    { type: 'mnist-10k', valFraction: 0.2 },
    { seed: 1 },
  );
  const images = { train: imageTable(train, imageShape), val: imageTable(val, imageShape) };
  const build = await cnn.load();
  const oneCycle = await schedules.find(({ type }) => type === 'oneCycle')!.load();
  return async ({ seed, values, goesOn }) => {
    const of = (key: keyof typeof space): number => drawnOf(space[key], values[key]!).value as number;
    const network = createNetwork(
      buildModel(
        () =>
          build(cnn.options.parse({ filters: [8, 16, 32], denseUnits: 0, dropout: of('dropout') }), {
            imageShape,
            numClasses: 10,
          }),
        seed,
      ),
    );
    const learner = new Learner(network, images, {
      seed,
      batchSize: of('batchSize'),
      evaluationBatchSize: 500,
      createOptimizer: (weights) =>
        sgd({ momentum: of('momentum'), nesterov: false, weightDecay: of('weightDecay') }, weights),
      precision: 'fp32',
      towers: 1,
      augmentation: [],
      loss: crossEntropyLoss(0, undefined),
    });
    try {
      const { history } = await fit(
        learner,
        {
          epochs: EPOCHS,
          schedule: oneCycle({ warmupFraction: of('warmupFraction'), divFactor: 25, finalDivFactor: 10_000 } as never, {
            learningRate: of('learningRate'),
            epochs: EPOCHS,
          }),
          checkpoint: { monitor: 'val/accuracy', mode: 'max' },
          callbacks: {
            judge: {
              onEpochEnd: ({ epoch, metrics }) => (goesOn(epoch, metrics['val/accuracy']!) ? undefined : 'stop'),
            },
          },
          trainSize: train.size,
          valLabels: val.labels,
          classNames,
        },
        { sink: { logMetrics: () => undefined } },
      );
      return history.map((metrics) => metrics['val/accuracy']!);
    } finally {
      learner.dispose();
      network.model.dispose();
    }
  };
}
