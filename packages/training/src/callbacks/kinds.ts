import type { Monitor } from '@glyphlab/core';
import { monitorOptions } from '@glyphlab/core/monitor-options';
import { z } from 'zod';
import { defineCallback } from './callback.ts';

const earlyStopping = defineCallback({
  type: 'earlyStopping',
  options: z
    .strictObject({
      ...monitorOptions('val/loss'),
      patience: z
        .int()
        .min(0)
        .max(100_000)
        .default(10)
        .describe('Epochs without improvement before training ends. Default 10.'),
      minDelta: z
        .number()
        .min(0)
        .max(1_000)
        .default(0)
        .describe('Smallest change that counts as improvement, in units of the metric. Default 0.'),
    })
    .describe('Ends training when a metric no longer improves, as in Keras.'),
  load: async () => {
    const { EarlyStopping } = await import('./early-stopping.ts');
    return ({ mode, ...options }) => new EarlyStopping({ ...options, mode: mode as Monitor['mode'] });
  },
});

/** Ours. */
export const callbacks = [earlyStopping];
