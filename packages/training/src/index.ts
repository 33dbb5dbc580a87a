export type {
  Answer,
  Callback,
  CallbackContext,
  CallbackKind,
  EpochEnd,
  Json,
  RunSink,
  TrainBegin,
  TrainEnd,
} from './callbacks/callback.ts';
export { checkCheckpoint } from './checkpoint/checkpoint.ts';
export { LossNotFiniteError } from './loss-not-finite.ts';
export { findLearningRate } from './find-learning-rate.ts';
export { fit, type FitHooks, type FitOptions, type FitResult } from './fit.ts';
export { type ImageSource, isStream } from './input/image-source.ts';
export { Learner, type LearnerOptions } from './learner.ts';
export { createNetwork, type Network } from './network.ts';
export { type FineTuning, type Phase, planPhases } from './phases.ts';
export { predict, type PredictOptions } from './predict.ts';
export type { Distillation } from './step/distillation.ts';
export type { Refinement } from './step/refinement.ts';
export type { Schedule, ScheduleContext, ScheduleKind } from './schedules/schedule.ts';
export { greedyIngredients, Soup } from './soup.ts';
