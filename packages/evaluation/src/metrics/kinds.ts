import { z } from 'zod';
import { defineMetric } from './define-metric.ts';

const none = z.strictObject({});

export const macroF1 = defineMetric({
  type: 'macroF1',
  name: 'macro_f1',
  better: 'max',
  options: none.describe('Mean F1 over the classes: a rare class counts as much as a common one.'),
  load: async () => {
    const [{ measureClasses }, { confusionOf, predictedClasses }] = await Promise.all([
      import('./class-metrics.ts'),
      import('./predicted-classes.ts'),
    ]);
    return () => (predictions) =>
      measureClasses(confusionOf(predictions, predictedClasses(predictions)), predictions.classNames).macro.f1;
  },
});

export const expectedCalibrationError = defineMetric({
  type: 'expectedCalibrationError',
  name: 'expected_calibration_error',
  better: 'min',
  options: none.describe('How far confidence is from accuracy on average (Guo et al. 2017, 15 bins), 0–1.'),
  load: async () => {
    const [{ measureCalibration }, { predictedClasses }] = await Promise.all([
      import('./calibration.ts'),
      import('./predicted-classes.ts'),
    ]);
    return () => (predictions) => {
      const { labels, probabilities, classNames } = predictions;
      return measureCalibration(labels, predictedClasses(predictions), probabilities, classNames.length)
        .expectedCalibrationError;
    };
  },
});

export const topK = defineMetric({
  type: 'topK',
  name: 'top_k_accuracy',
  better: 'max',
  options: z
    .strictObject({
      k: z
        .int()
        .min(1)
        .max(65_536)
        .default(3)
        .describe('Among how many of the most probable classes the right one must be. Default 3.'),
    })
    .describe('Share of the images whose class is among the k most probable, 0–1.'),
  load: async () => {
    const { topKAccuracy } = await import('./predicted-classes.ts');
    return ({ k }) =>
      (predictions) =>
        topKAccuracy(predictions, k);
  },
});

/** Ours, beside loss and accuracy, which are always measured. */
export const metrics = [macroF1, topK, expectedCalibrationError];
