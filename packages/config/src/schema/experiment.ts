import { z } from 'zod';
import { affineShape, augmentationSchema, type AugmentationConfig } from './augmentation.ts';
import { trainingSchema, type TrainingConfig } from './training.ts';

/** The options of each model and dataset by their `type`, without that key. The trainer makes it from all packages. */
export interface Registry {
  models: Readonly<Record<string, z.ZodObject>>;
  datasets: Readonly<Record<string, z.ZodObject>>;
}

/** Options of something registered: which one, and what its own schema allows (already checked, defaults filled in). */
export interface TypedOptions {
  type: string;
  [option: string]: unknown;
}

const evaluationSchema = z
  .strictObject({
    batchSize: z
      .int()
      .min(1)
      .max(65_536)
      .default(256)
      .describe('Images a step in evaluation. Default 256: fast, and changes no result.'),
    testTimeAugmentation: z
      .strictObject({
        views: z
          .int()
          .min(2)
          .max(256)
          .default(8)
          .describe('Views an image, the unchanged one among them, over which probabilities are averaged. Default 8.'),
        ...affineShape,
      })
      .optional()
      .describe('Average the prediction over slightly changed copies of each test image. Default: off.'),
  })
  .prefault({})
  .describe('How the trained network is measured.');

const registerSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .max(256)
      .regex(/^[^./:'"`\\][^/:'"`\\]*$/, {
        error: 'A registered model has a name without slash, colon and quotes that begins with no dot.',
      })
      .describe('Registered model that gets a version; made if there is none. Required.'),
    alias: z
      .string()
      .max(200)
      .regex(/^(?![lL][aA][tT][eE][sS][tT]$|[vV]\d+$)[\p{L}\p{N}_-]+$/u, {
        error: 'An alias has letters, digits, "_" and "-"; MLflow keeps latest, v1, v2 and so on for itself.',
      })
      .optional()
      .describe(
        'Alias that the version gets, whoever has it now. Default none. To give it only to what is better: trainer:promote.',
      ),
  })
  .optional()
  .describe('Register the model of a finished run in MLflow. Default: off.');

const trackingSchema = z
  .strictObject({
    experiment: z
      .string()
      .trim()
      .min(1)
      .max(250)
      .default('glyphlab')
      .describe('MLflow experiment of the run. Default glyphlab.'),
    tags: z
      .record(z.string().min(1).max(250), z.string().max(5000))
      .default({})
      .describe('MLflow tags of the run: names to text. Default none.'),
    register: registerSchema,
    mistakePanels: z
      .int()
      .min(0)
      .max(100)
      .default(10)
      .describe(
        'After how many epochs at most, evenly spread, the run shows the validation images it errs on most. Default 10; 0: never.',
      ),
  })
  .prefault({})
  .describe('What MLflow is told.');

export type EvaluationConfig = z.infer<typeof evaluationSchema>;
export type TrackingConfig = z.infer<typeof trackingSchema>;

/** A complete experiment: every key checked, every default filled in. */
export interface ExperimentConfig {
  name: string;
  description?: string | undefined;
  seed: number;
  dataset: TypedOptions;
  model: TypedOptions;
  augmentation: AugmentationConfig[];
  training: TrainingConfig;
  evaluation: EvaluationConfig;
  tracking: TrackingConfig;
}

function typedUnion(schemas: Readonly<Record<string, z.ZodObject>>) {
  const options = Object.entries(schemas).map(([type, schema]) => {
    const typed = z.strictObject({ type: z.literal(type), ...schema.shape });
    return schema.description ? typed.describe(schema.description) : typed;
  });
  return z.discriminatedUnion('type', options as [(typeof options)[number], ...typeof options]);
}

/** The schema of an experiment file after `extends`, with what is registered. */
export function createExperimentSchema({ models, datasets }: Registry) {
  return z.strictObject({
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
      .describe('Where all chance starts: validation split, first weights, order, dropout, augmentation. Default 1.'),
    dataset: typedUnion(datasets).describe('What is learnt. Required.'),
    model: typedUnion(models).describe('The network. Required.'),
    augmentation: augmentationSchema,
    training: trainingSchema,
    evaluation: evaluationSchema,
    tracking: trackingSchema,
  });
}
