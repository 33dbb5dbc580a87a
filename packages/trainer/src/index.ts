/*
 * What a project of one's own imports: how to define kinds, and what they are made of. Light: nothing here loads TensorFlow.
 */
export { runCli } from './cli.ts';
export {
  type ClassProbability,
  type ExperimentOutcome,
  type LoadedModel,
  loadModel,
  predict,
  runExperiment,
  type RunExperimentOptions,
} from './library.ts';
export { defineDataset } from '@glyphlab/data/kinds';
export { defineProject, type ProjectKinds } from './project/define-project.ts';
export { modelFolder } from './project/model-folder.ts';
export { loadProject, type Project } from './project/project.ts';
export { runsDir } from './project/workspace.ts';
export { DataError, type ImageShape, InputError, type Metric, type Predictions } from '@glyphlab/core';
export { monitorOptions } from '@glyphlab/core/monitor-options';
export type { Dataset, LoadContext, Split } from '@glyphlab/data';
export { defineMetric } from '@glyphlab/evaluation/kinds';
export type { Augment, BuildModel, Loss, LossContext, ModelInput, Optimizer, StepRandom } from '@glyphlab/nn';
export { defineAugmentation, defineLoss, defineModel, defineOptimizer } from '@glyphlab/nn/kinds';
export type { Callback, CallbackContext, EpochEnd, Json, Schedule, TrainBegin, TrainEnd } from '@glyphlab/training';
export { defineCallback, defineSchedule } from '@glyphlab/training/kinds';
