export const SOAK_EXPERIMENT = 'soak';
export const STEPS_PER_EPOCH = 100;

/** What is logged at a step: known beforehand, so that what the server has can be held against it. */
export const metricsAt = (step: number): Record<string, number> => ({
  'train/loss': Math.sin(step) / 3,
  'val/accuracy': step % 97 === 0 ? NaN : 1 / step,
});
