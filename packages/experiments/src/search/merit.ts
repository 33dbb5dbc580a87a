import type { MonitorMode } from '@glyphlab/core';

/** The larger, the better; of NaN, and of what is not known, the worst. */
export const merit = (value: number | undefined, mode: MonitorMode): number =>
  value === undefined || Number.isNaN(value) ? -Infinity : mode === 'max' ? value : -value;
