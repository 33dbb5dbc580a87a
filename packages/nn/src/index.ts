export { augment, type Augmentation } from './augment/augment.ts';
export { type BackendInfo, type BackendOptions, resolveTowers, selectBackend } from './backend.ts';
export { buildModel } from './build-model.ts';
export { defineModel, type ModelDefinition, type ModelInput, type ModelKind } from './define-model.ts';
export { type ImageTable, imageTable, normalise, takeRows } from './image-table.ts';
export { crossEntropy, smoothLabels } from './losses.ts';
export { isNative } from './native-op.ts';
export { clipByGlobalNorm, createOptimizer, type Optimizer, type OptimizerOptions } from './optimizers.ts';
export { type StepRandom, stepRandom, withStepRandom } from './step-random.ts';
