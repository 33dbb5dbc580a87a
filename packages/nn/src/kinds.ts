/*
 * The kinds of this package with their options, and how to define others: without TensorFlow, for whoever reads configurations.
 */
export { defineAugmentation } from './augmentations/augment.ts';
export { augmentations } from './augmentations/kinds.ts';
export { augmentationPresets } from './augmentations/presets.ts';
export { losses } from './losses/kinds.ts';
export { defineLoss } from './losses/loss.ts';
export { defineModel } from './models/define-model.ts';
export { optimizers } from './optimizers/kinds.ts';
export { defineOptimizer } from './optimizers/optimizer.ts';
