export { experimentJsonSchema } from './editor-schema.ts';
export { loadExperiment, type LoadOptions } from './load-experiment.ts';
export { type LoadedYaml, loadYaml } from './load-yaml.ts';
export { describeOrigin, type Origin } from './node.ts';
export { ConfigProblems, type Problem, toConfigError, whereOf } from './problem.ts';
export { flatten, resolvedYaml } from './resolved.ts';
export type { AugmentationConfig } from './schema/augmentation.ts';
export {
  type EvaluationConfig,
  type ExperimentConfig,
  type Registry,
  type TrackingConfig,
  type TypedOptions,
} from './schema/experiment.ts';
export { modeOf, type MonitorKey, type MonitorMode } from './schema/monitor.ts';
export type { OptimizerConfig } from './schema/optimizer.ts';
export type { ScheduleConfig } from './schema/schedule.ts';
export type { TrainingConfig } from './schema/training.ts';
