import type { RunRecord } from '@glyphlab/tracking';

/** Epochs that came to their end. */
export const epochsDone = ({ epochs }: RunRecord): number => Math.max(0, ...epochs.keys());

/** Epochs of several runs together: what was lost and trained again counts twice. */
export const epochsTrained = (records: readonly RunRecord[]): number =>
  records.reduce((sum, { epochs }) => sum + epochs.size, 0);

/** Seconds of training and validation, of all its processes. */
export function trainingSeconds({ epochs, metrics }: RunRecord): number {
  const perEpoch = [...epochs.values()].map((epoch) => epoch['epoch_seconds']);
  const isWhole = perEpoch.length > 0 && perEpoch.every((seconds) => seconds !== undefined);
  return isWhole ? perEpoch.reduce((sum, seconds) => sum + seconds!, 0) : (metrics['training_seconds'] ?? NaN);
}

/** Whether training ended because its loss was no longer finite. */
export const isDiverged = ({ status, tags }: RunRecord): boolean =>
  status === 'FAILED' && tags['glyphlab.stopped'] === 'lossNotFinite';
