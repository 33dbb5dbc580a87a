import { z } from 'zod';

/** What training reports each epoch and may be watched. The test set is read once, at the end, so it cannot be. */
const monitorKeys = ['val/loss', 'val/accuracy', 'train/loss', 'train/accuracy'] as const;
export type MonitorKey = (typeof monitorKeys)[number];
export type MonitorMode = 'min' | 'max';

/** Losses are better lower, accuracies higher. */
export const modeOf = (monitor: MonitorKey): MonitorMode => (monitor.endsWith('/accuracy') ? 'max' : 'min');

/** The keys that everything which watches a metric shares. `monitor` is the default. */
export const monitorShape = (monitor: MonitorKey) => ({
  monitor: z
    .enum(monitorKeys, {
      error: ({ input }) =>
        String(input).startsWith('test/')
          ? `The test set is read once, at the end, so nothing may watch it. Expected ${monitorKeys.join(', ')}.`
          : undefined,
    })
    .default(monitor)
    .describe(
      `Metric that is watched: val/loss, val/accuracy, train/loss or train/accuracy; never the test set. Default ${monitor}.`,
    ),
  mode: z
    .enum(['auto', 'min', 'max'])
    .default('auto')
    .describe('Whether lower (min) or higher (max) is better. Default auto: min for a loss, max for an accuracy.'),
});

/** Fills `mode` in from `monitor`, and refuses a mode that would keep the worst. */
export function withMode<T extends { monitor: MonitorKey; mode: MonitorMode | 'auto' }>(
  value: T,
  context: z.RefinementCtx<T>,
): Omit<T, 'mode'> & { mode: MonitorMode } {
  const mode = modeOf(value.monitor);
  if (value.mode !== 'auto' && value.mode !== mode) {
    const direction = mode === 'min' ? 'lower' : 'higher';
    context.addIssue({
      code: 'custom',
      path: ['mode'],
      message: `${value.monitor} is better ${direction}, so mode must be ${mode}. Received: ${value.mode}.`,
    });
  }
  return { ...value, mode };
}
