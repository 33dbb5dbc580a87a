import type { Augment } from '@glyphlab/nn';

/**
 * The last epochs, on images as they are or hardly changed, without mixtures: strong changes teach what is common to all of them, but
 * on images unlike those that the network is for (He et al. 2019, "Data Augmentation Revisited: Rethinking the Distribution Gap between
 * Clean and Augmented Data"; the last 15 epochs of YOLOX, Ge et al. 2021, §2).
 */
export interface Refinement {
  /** From 1. */
  fromEpoch: number;
  /** Takes the place of the other. */
  augmentation: readonly Augment[];
}

interface Changes {
  augmentation: readonly Augment[];
  mixup?: { alpha: number } | undefined;
  cutMix?: { alpha: number } | undefined;
  refine?: Refinement | undefined;
}

/** The options as they are in that epoch. */
export function inEpoch<Options extends Changes>(options: Options, epoch: number): Options {
  const { refine } = options;
  if (!refine || epoch < refine.fromEpoch) return options;
  return { ...options, augmentation: refine.augmentation, mixup: undefined, cutMix: undefined };
}
