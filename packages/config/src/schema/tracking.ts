import { z } from 'zod';

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

const notifySchema = z
  .strictObject({
    webhook: z
      .string()
      .regex(/^(https?:\/\/\S+|\$[A-Za-z_]\w*)$/, {
        error: 'Expected an address, or $NAME for the environment variable that holds it.',
      })
      .optional()
      .describe(
        'Address that gets JSON by POST; $NAME: the environment variable NAME holds it. The run’s configuration is logged, so a secret one belongs into a variable. Default none.',
      ),
    command: z
      .string()
      .trim()
      .min(1)
      .max(5000)
      .optional()
      .describe('Shell command that gets the JSON on standard input, and the event as GLYPHLAB_EVENT. Default none.'),
    on: z
      .array(z.enum(['end', 'failure', 'best']))
      .min(1)
      .default(['end', 'failure'])
      .describe('What is told: end, failure, best (a new best epoch). Default [end, failure].'),
  })
  .refine(({ webhook, command }) => webhook !== undefined || command !== undefined, {
    error: 'Nobody is to be told: give webhook or command.',
  })
  .optional()
  .describe('Who is told how the run goes. Training waits for nobody. Default: nobody.');

export const trackingSchema = z
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
    layers: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        'Every so many steps, gradient and weight norms, update ratio and dead units of each layer are logged; a loss that is no longer a number names the layer that it began in. Default: off.',
      ),
    notify: notifySchema,
  })
  .prefault({})
  .describe('What MLflow is told.');

export type TrackingConfig = z.infer<typeof trackingSchema>;
