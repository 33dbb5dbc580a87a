import type { MonitorMode } from '@glyphlab/core';
import { z } from 'zod';
import type { Registry } from '../kinds.ts';

/** What may be watched, each with the way it is better. */
export type Monitors = ReadonlyMap<string, MonitorMode>;

/** What training reports each epoch. The test set is read once, at the end, so it cannot be watched. */
export const monitorsOf = ({ metrics }: Pick<Registry, 'metrics'>): Monitors =>
  new Map([
    ['val/loss', 'min'],
    ['val/accuracy', 'max'],
    ...metrics.map(({ name, better }): [string, MonitorMode] => [`val/${name}`, better]),
    ['train/loss', 'min'],
    ['train/accuracy', 'max'],
  ]);

/** The name of one of these metrics. */
export function monitorSchema(monitors: Monitors, byDefault: string) {
  const known = [...monitors.keys()];
  return z
    .enum(known as [string, ...string[]], {
      error: ({ input }) =>
        /^test[/_]/.test(String(input))
          ? `The test set is read once, at the end, so it cannot be monitored. Expected ${known.join(', ')}.`
          : undefined,
    })
    .default(byDefault)
    .describe(`Metric to monitor: ${known.join(', ')}; never the test set. Default ${byDefault}.`);
}

/** Fills `mode` in from the metric, and refuses a mode that would keep the worst. */
export const withMode =
  (monitors: Monitors) =>
  <T extends { monitor: string; mode: MonitorMode | 'auto' }>(
    value: T,
    context: z.RefinementCtx<T>,
  ): Omit<T, 'mode'> & { mode: MonitorMode } => {
    const mode = monitors.get(value.monitor)!;
    if (value.mode !== 'auto' && value.mode !== mode) {
      const direction = mode === 'min' ? 'lower' : 'higher';
      context.addIssue({
        code: 'custom',
        path: ['mode'],
        message: `${value.monitor} is better ${direction}, so mode must be ${mode}. Received: ${value.mode}.`,
      });
    }
    return { ...value, mode };
  };
