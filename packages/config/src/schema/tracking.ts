import { z } from 'zod';

const registerSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .max(256)
      .regex(/^[^./:'"`\\][^/:'"`\\]*$/, {
        error: 'The name of a registered model has no slash, colon or quotes and does not begin with a dot.',
      })
      .describe('Registered model that gets a new version; created if there is none. Required.'),
    alias: z
      .string()
      .max(200)
      .regex(/^(?![lL][aA][tT][eE][sS][tT]$|[vV]\d+$)[\p{L}\p{N}_-]+$/u, {
        error: 'An alias has letters, digits, "_" and "-"; MLflow reserves latest, v1, v2 and so on.',
      })
      .optional()
      .describe(
        'Alias for the version, even if another version has it now. Default none. To give it only to a better model: glyphlab promote.',
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
        'Address to which JSON is sent by POST; $NAME takes it from the environment variable NAME. The configuration is logged, so keep a secret address in a variable. Default none.',
      ),
    command: z
      .string()
      .trim()
      .min(1)
      .max(5000)
      .optional()
      .describe('Shell command that gets the JSON on standard input and the event in GLYPHLAB_EVENT. Default none.'),
    on: z
      .array(z.enum(['end', 'failure', 'best']))
      .min(1)
      .default(['end', 'failure'])
      .describe('Events to report: end, failure, best (a new best epoch). Default [end, failure].'),
  })
  .refine(({ webhook, command }) => webhook !== undefined || command !== undefined, {
    error: 'Nothing would be notified: give webhook or command.',
  })
  .optional()
  .describe('Notifications about the run; training does not wait for them. Default: none.');

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
        'How many times at most, evenly spread over the epochs, the run logs the validation images that it gets most wrong. Default 10; 0: never.',
      ),
    layers: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        'Log gradient and weight norms, update ratio and dead units of each layer every so many steps; if the loss is no longer finite, the error then names the layer where it began. Default: off.',
      ),
    tensorboard: z
      .string()
      .trim()
      .min(1)
      .max(4096)
      .optional()
      .describe(
        'Folder that also gets the run as an event file of TensorBoard; relative to the workspace. Default: none.',
      ),
    notify: notifySchema,
  })
  .prefault({})
  .describe('What is logged to MLflow.');

export type TrackingConfig = z.infer<typeof trackingSchema>;
