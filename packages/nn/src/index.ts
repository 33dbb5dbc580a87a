export { augment, type Augmentation } from './augmentations/augment.ts';
export { type BackendInfo, type BackendOptions, resolveTowers, selectBackend } from './backend/backend.ts';
export { buildModel } from './models/build-model.ts';
export { defineModel, type ModelDefinition, type ModelInput, type ModelKind } from './models/define-model.ts';
export { type ImageTable, imageTable, normalise, takeRows } from './image-table.ts';
export { crossEntropy, smoothLabels } from './losses/losses.ts';
export { isNative } from './backend/native-op.ts';
export { clipByGlobalNorm, createOptimizer, type Optimizer, type OptimizerOptions } from './optimizers/optimizers.ts';
export { type StepRandom, stepRandom, withStepRandom } from './step-random.ts';
