import { percent } from '@glyphlab/core';
import type { EpochMetrics } from './run-group.ts';
import { curvesSpec, pointsOf } from './curves-spec.ts';
import { renderPng, type FigureSpec } from './render.ts';
import { accuracyChannel, magnitudeChannel } from './scales.ts';

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
  return renderPng(lossCurvesSpec(history, options));
}

/** `train/accuracy` and `val/accuracy` over the epochs, in percent, as PNG. */
export function drawAccuracyCurves(
  history: readonly EpochMetrics[],
  options: LearningCurveOptions = {},
): Promise<Uint8Array> {
  return renderPng(accuracyCurvesSpec(history, options));
}

/** `lr` over the epochs, as PNG. */
export function drawLearningRate(
  history: readonly EpochMetrics[],
  options: { title?: string } = {},
): Promise<Uint8Array> {
  return renderPng(learningRateSpec(history, options));
}

const loss = (value: number) => (value >= 0.001 && value < 1000 ? value.toPrecision(3) : value.toExponential(2));

export function lossCurvesSpec(
  history: readonly EpochMetrics[],
  { title = 'Loss', bestEpoch }: LearningCurveOptions,
): FigureSpec {
  const points = pointsOf(history, ['train/loss', 'val/loss']);
  const y = magnitudeChannel(
    'Cross-entropy (nats)',
    points.map((point) => point.value),
  );
  return curvesSpec({ title, history, points, y, position: (value) => value, print: loss, bestEpoch });
}

export function accuracyCurvesSpec(
  history: readonly EpochMetrics[],
  { title = 'Accuracy', bestEpoch }: LearningCurveOptions,
): FigureSpec {
  const points = pointsOf(history, ['train/accuracy', 'val/accuracy']);
  const { position, ...y } = accuracyChannel(
    'Accuracy',
    points.map((point) => point.value),
  );
  return curvesSpec({ title, history, points, y, position, print: percent, bestEpoch });
}

export function learningRateSpec(
  history: readonly EpochMetrics[],
  { title = 'Learning rate' }: { title?: string },
): FigureSpec {
  const points = pointsOf(history, ['lr']);
  const y = magnitudeChannel(
    'Learning rate',
    points.map((point) => point.value),
  );
  return curvesSpec({ title, history, points, y, position: (value) => value, print: (value) => value.toPrecision(3) });
}
