export { affine, type AffineOptions } from './augmentations/affine.ts';
export { augment, type Augment, type AugmentationKind } from './augmentations/augment.ts';
export { blur } from './augmentations/blur.ts';
export { colorJitter, grayscale } from './augmentations/color.ts';
export { cutMix } from './augmentations/cut-mix.ts';
export { elastic } from './augmentations/elastic.ts';
export { erasing } from './augmentations/erasing.ts';
export { flip } from './augmentations/flip.ts';
export { perspective } from './augmentations/perspective.ts';
export { randomResizedCrop } from './augmentations/random-resized-crop.ts';
export { type BackendInfo, type BackendOptions, selectBackend } from './backend/backend.ts';
export { fetchValues } from './backend/webgpu.ts';
export { isNative } from '@glyphlab/graph/native-op';
export { type ImageTable, imageTable, normalise, takeRows } from './image-table.ts';
export { crossEntropyLoss, targetDistribution } from './losses/cross-entropy.ts';
export { focalLoss } from './losses/focal.ts';
export { type Loss, type LossContext, type LossKind } from './losses/loss.ts';
export { useFastLayers } from './layers/fast-layers.ts';
export { withFoldedBatchNorms } from './layers/folded-batch-norm.ts';
export { withKeptStatistics } from './layers/kept-batch-norm.ts';
export { buildModel } from './models/build-model.ts';
export {
  type BuildModel,
  type ModelInput,
  type ModelKind,
  type Pretrained,
  type PretrainedOptions,
  type PretrainedWeights,
} from './models/define-model.ts';
export { clipByGlobalNorm } from './optimizers/clip-by-global-norm.ts';
export { type Optimizer, type OptimizerKind } from './optimizers/optimizer.ts';
export { adam } from './optimizers/adam.ts';
export { muon } from './optimizers/muon.ts';
export { sgd } from './optimizers/sgd.ts';
export { slotsFor } from './optimizers/slots.ts';
export { type StepRandom, stepRandom, withStepRandom } from '@glyphlab/graph/step-random';
