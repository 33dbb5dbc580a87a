import { affine, type Augment, elastic } from '@glyphlab/nn';

/** What the cost of augmentation is measured with: the report's distortions; Simard et al.'s elastic one. */
export const augmentations: Readonly<Record<string, readonly Augment[]>> = {
  none: [],
  affine: [(x, random) => affine(x, { rotation: 10, scale: 0.1, shear: 0, translate: 2.8 }, random)],
  elastic: [(x, random) => elastic(x, { alpha: 34, sigma: 4 }, random)],
};
