import { z } from 'zod';
import type { Registry } from '../kinds.ts';
import { type DatasetConfig, ofEveryDataset } from './dataset.ts';
import { type EvaluationConfig, evaluationSchema } from './evaluation.ts';
import { type TypedOptions, typedUnion } from './kind-schema.ts';
import { type Monitors, monitorsOf } from './monitor.ts';
import { trackingSchema, type TrackingConfig } from './tracking.ts';
import { type TrainingConfig, trainingSchema } from './training.ts';

/** A complete experiment: every key checked, every default filled in. */
export interface ExperimentConfig {
  name: string;
  description?: string | undefined;
  seed: number;
  dataset: DatasetConfig;
  model: TypedOptions & { from?: string | undefined };
  augmentation: TypedOptions[];
  training: TrainingConfig;
  evaluation: EvaluationConfig;
  tracking: TrackingConfig;
}

/** Every metric that something in the configuration watches, with its place. */
function watched(value: unknown, path: PropertyKey[] = []): { monitor: string; path: PropertyKey[] }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'monitor' && typeof child === 'string'
      ? [{ monitor: child, path: [...path, key] }]
      : watched(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Metrics beside loss and accuracy are there to be watched only if they are measured. */
function checkMeasured(config: ExperimentConfig, registry: Registry, issues: z.core.$ZodRawIssue[]): void {
  const measured = config.evaluation.metrics.map(({ type }) => type);
  for (const { monitor, path } of watched(config.training, ['training'])) {
    const kind = registry.metrics.find(({ name }) => monitor === `val/${name}`);
    if (!kind || measured.includes(kind.type)) continue;
    const message = `${monitor} is not measured: add { type: ${kind.type} } to evaluation.metrics.`;
    issues.push({ code: 'custom', input: monitor, path, message });
  }
}

const schemas = new WeakMap<Registry, z.ZodType<ExperimentConfig>>();

/** The schema of an experiment file after `extends`, with what is registered. */
export function createExperimentSchema(registry: Registry): z.ZodType<ExperimentConfig> {
  let schema = schemas.get(registry);
  if (!schema) schemas.set(registry, (schema = build(registry, monitorsOf(registry))));
  return schema;
}

/** What every network can have beside the options of its kind. */
const from = z
  .string()
  .trim()
  .min(1)
  .optional()
  .describe(
    'Weights to start from: a folder, a run, models:/… or runs:/… in MLflow, a name in the zoo, or imagenet for efficientnet-lite. Where the classes differ, the last layer starts from random weights. Default: none.',
  );

function build(registry: Registry, monitors: Monitors): z.ZodType<ExperimentConfig> {
  const { datasets, models, augmentations } = registry;
  return z
    .strictObject({
      name: z.string().trim().min(1).max(250).describe('Name of the experiment and of its MLflow run. Required.'),
      description: z
        .string()
        .max(5000)
        .optional()
        .describe('What it is about, as markdown; shown in MLflow. Default none.'),
      seed: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .default(1)
        .describe(
          'Seed of everything random: validation split, initial weights, order of the images, dropout, augmentation. Default 1.',
        ),
      dataset: typedUnion(datasets, monitors, { shared: ofEveryDataset }).describe(
        'The images to learn from. Required.',
      ),
      model: typedUnion(models, monitors, { shared: { from } }).describe('The network. Required.'),
      augmentation: z
        .array(typedUnion(augmentations, monitors))
        .default([])
        .describe(
          'Random changes to each training image, in this order; or a preset: photo, handwriting, auto (whichever of the two suits the dataset) or none. Default []: none.',
        ),
      training: trainingSchema(registry, monitors),
      evaluation: evaluationSchema(registry, monitors),
      tracking: trackingSchema,
    })
    .check(({ value, issues }) =>
      checkMeasured(value as ExperimentConfig, registry, issues),
    ) as unknown as z.ZodType<ExperimentConfig>;
}
