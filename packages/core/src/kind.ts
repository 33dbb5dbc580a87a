import { z } from 'zod';

/** A function of options and context; a method, so that kinds with options of their own fit into one list. */
export type Make<Options extends z.ZodObject, Context, Made> = {
  make(options: z.output<Options>, context: Context): Made;
}['make'];

/**
 * Something that a configuration names by its `type`: a dataset, model, augmentation, loss, optimizer, schedule, metric or
 * callback. Whoever only reads configurations needs nothing but its options; what computes is imported by `load`.
 */
export interface Kind<Made = unknown, Context = void, Options extends z.ZodObject = z.ZodObject> {
  /** Its name in `type:`. */
  type: string;
  /** What may stand beside `type`. Every option describes itself, with its default and the reason for it. */
  options: Options;
  /** Imports what it takes, TensorFlow too, and gives the function that makes one. */
  load(): Promise<Make<Options, Context, Made>>;
}

/** Whether lower (`min`) or higher (`max`) is better. */
export type MonitorMode = 'min' | 'max';

/** Which metric is watched, and which way it is better. */
export interface Monitor {
  /** As `val/loss`. */
  monitor: string;
  mode: MonitorMode;
}

/** Marks an option that names a watched metric: which ones there are is known where all kinds are. */
export const monitorMark = z.registry<{ default: string }>();

/**
 * Options of a kind that watches a metric. The configuration checks `monitor` against the metrics that are measured, and hands on
 * `mode` as `min` or `max`: see {@link Monitor}.
 *
 * @param monitor the default
 */
export const monitorOptions = (monitor: string) => ({
  monitor: z
    .string()
    .default(monitor)
    .describe(`Metric that is watched: of the validation or training images, never the test set. Default ${monitor}.`)
    .register(monitorMark, { default: monitor }),
  mode: z
    .enum(['auto', 'min', 'max'])
    .default('auto')
    .describe('Whether lower (min) or higher (max) is better. Default auto: as the metric says.'),
});
