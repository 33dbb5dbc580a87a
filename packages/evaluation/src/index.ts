export * from './metrics/calibration.ts';
export * from './metrics/class-metrics.ts';
export * from './metrics/evaluate-predictions.ts';
export { type McNemar, mcnemarExact } from './metrics/mcnemar.ts';
export { findLabelErrors, type LabelError } from './metrics/label-errors.ts';
export * from './metrics/mistakes.ts';
export { formatSpread, type Spread, spreadOf } from './metrics/spread.ts';
export { welchTest } from './metrics/welch.ts';
export { decodeProbabilities, encodeProbabilities, OUT_OF_FOLD_FILE } from './predictions/stored-probabilities.ts';
export {
  decodePredictions,
  encodePredictions,
  PREDICTIONS_FILE,
  rightOf,
  type StoredPredictions,
} from './predictions/stored-predictions.ts';
export { drawClassMetrics } from './figures/class-metrics.ts';
export { drawConfusionMatrix } from './figures/confusion-matrix.ts';
export type { EpochMetrics } from './figures/run-group.ts';
export { drawGroupCurves, type GroupCurvesOptions } from './figures/group-curves.ts';
export { drawGroupScores, type GroupScoresOptions } from './figures/group-scores.ts';
export { drawImageGrid, type ImageGridOptions, type Images } from './figures/image-grid.ts';
export { interactiveChart, type InteractiveCurves, vegaRuntime } from './figures/interactive.ts';
export {
  drawAccuracyCurves,
  drawLearningRate,
  drawLossCurves,
  type LearningCurveOptions,
} from './figures/learning-curves.ts';
export { drawMistakes } from './figures/mistakes.ts';
export { drawableNames, undrawableNote } from './figures/text/names.ts';
export { drawRateSearch, type RateSearchFigure } from './figures/rate-search.ts';
export { drawReliability } from './figures/reliability.ts';
export type { ExperimentRun, RunGroup } from './figures/run-group.ts';
export {
  drawImportance,
  drawParallel,
  drawSlices,
  type SearchedDimension,
  type SearchedSpace,
} from './figures/search-figures.ts';
