import { z } from 'zod';
import type { Registry } from '../kinds.ts';
import { type TypedOptions, typedUnion } from './kind-schema.ts';
import type { Monitors } from './monitor.ts';

export interface EvaluationConfig {
  batchSize: number;
  metrics: TypedOptions[];
  /** `views`, and the ranges of a random affine map. */
  testTimeAugmentation?: ({ views: number } & Record<string, unknown>) | undefined;
}

/** Ranges of the slight changes that views of an image differ by: the options of an affine map. */
const viewShape = ({ augmentations }: Registry): z.core.$ZodShape =>
  augmentations.find(({ type }) => type === 'affine')?.options.shape ?? {};

export const evaluationSchema = (registry: Registry, monitors: Monitors): z.ZodType<EvaluationConfig> =>
  z
    .strictObject({
      batchSize: z
        .int()
        .min(1)
        .max(65_536)
        .default(256)
        .describe('Images per step in evaluation. Default 256: fast; the results do not depend on it.'),
      metrics: z
        .array(typedUnion(registry.metrics, monitors))
        .default([])
        .check(({ value, issues }) => {
          const types = value.map(({ type }) => type);
          types.forEach((type, k) => {
            if (types.indexOf(type) < k)
              issues.push({ code: 'custom', input: type, path: [k], message: `${type} is listed twice.` });
          });
        })
        .describe(
          'Metrics in addition to loss and accuracy: on the validation images after each epoch, so that they can be monitored, and on the test images at the end. Default []; macro F1 and calibration error of the test images are always measured.',
        ),
      testTimeAugmentation: z
        .strictObject({
          views: z
            .int()
            .min(2)
            .max(256)
            .default(8)
            .describe(
              'Views per image, including the unchanged one, over which probabilities are averaged. Default 8.',
            ),
          ...viewShape(registry),
        })
        .optional()
        .describe('Average the prediction over slightly changed copies of each test image. Default: off.'),
    })
    .prefault({})
    .describe('How the trained network is measured.') as unknown as z.ZodType<EvaluationConfig>;
