import { z } from 'zod';

/** Marks an option that names a watched metric: which ones there are is known where all kinds are. */
export const monitorMark = z.registry<{ default: string }>();

/**
 * Options of a kind that watches a metric. The configuration checks `monitor` against the metrics that are measured, and hands on
 * `mode` as `min` or `max`: see `Monitor`.
 *
 * @param monitor the default
 */
export const monitorOptions = (monitor: string) => ({
  monitor: z
    .string()
    .default(monitor)
    .describe(`Metric to monitor, on the validation or training images, never the test set. Default ${monitor}.`)
    .register(monitorMark, { default: monitor }),
  mode: z
    .enum(['auto', 'min', 'max'])
    .default('auto')
    .describe('Whether lower (min) or higher (max) is better. Default auto: as the metric says.'),
});
