import * as tf from '@tensorflow/tfjs';
import { randomBeta } from 'd3-random';
import seedrandom from 'seedrandom';

/** Share of the first image in a mixture: Beta(α, α) (Zhang et al. 2018), the same for the same seed and step. */
function mixShare(alpha: number, seed: number, iteration: number): number {
  return randomBeta.source(seedrandom.alea(`mix/${seed}/${iteration}`))(alpha, alpha)();
}

/** How much of each image stays its own in a step: blended by mixup, cut by CutMix; 1 leaves it as it is. */
export interface MixShares {
  mix?: number;
  cut?: number;
}

interface MixOptions {
  mixup?: { alpha: number } | undefined;
  cutMix?: { alpha: number } | undefined;
}

/** What a step is given of both. With both, a step is one of them, each as likely. */
export function mixShares({ mixup, cutMix }: MixOptions, seed: number, iteration: number): MixShares {
  const both = mixup && cutMix;
  const cuts = both ? seedrandom.alea(`which/${seed}/${iteration}`)() < 0.5 : true;
  return {
    ...(mixup && { mix: both && cuts ? 1 : mixShare(mixup.alpha, seed, iteration) }),
    ...(cutMix && { cut: both && !cuts ? 1 : mixShare(cutMix.alpha, seed, iteration) }),
  };
}

/** The same as inputs of a step. */
export const shareTensors = (shares: MixShares): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(shares as Record<string, number>).map(([name, share]) => [name, tf.scalar(share)]));
