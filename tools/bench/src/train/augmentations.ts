import type { Augmentation } from '@glyphlab/nn';

/** What the cost of augmentation is measured with: the report's distortions; Simard et al.'s elastic one. */
export const augmentations: Readonly<Record<string, readonly Augmentation[]>> = {
  none: [],
  affine: [{ type: 'affine', rotation: 10, scale: 0.1, shear: 0, translate: 2.8 }],
  elastic: [{ type: 'elastic', alpha: 34, sigma: 4 }],
};
