export { checkCheckpoint } from './checkpoint/checkpoint.ts';
export { fit, type FitHooks, type FitOptions, type FitResult } from './fit.ts';
export { Learner, type LearnerOptions } from './learner.ts';
export { createNetwork, type Network } from './network.ts';
export { predict, type PredictOptions } from './predict.ts';
export type { ScheduleOptions } from './schedules/schedules.ts';
