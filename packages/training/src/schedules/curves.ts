import type { Schedule, ScheduleContext } from './schedule.ts';

/** Rises evenly over the first epochs; 1 afterwards (Goyal et al. 2017, §2.2). */
export const warmup = (progress: number, epochs: number): number =>
  progress < epochs ? (progress + 1e-3) / (epochs + 1e-3) : 1;

/** Half a cosine from 1 to 0 as `share` goes from 0 to 1. */
const halfCosine = (share: number): number => (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;

export const constant = ({ learningRate }: ScheduleContext): Schedule => ({ lrAt: () => learningRate });

/** Loshchilov, Hutter 2017, "SGDR", Eq. 5, without restarts. */
export const cosine = (
  { warmupEpochs, minLr }: { warmupEpochs: number; minLr: number },
  { learningRate, epochs }: ScheduleContext,
): Schedule => ({
  lrAt: (progress) =>
    progress < warmupEpochs
      ? learningRate * warmup(progress, warmupEpochs)
      : minLr + (learningRate - minLr) * halfCosine((progress - warmupEpochs) / (epochs - warmupEpochs)),
});

interface OneCycleOptions {
  maxLr?: number | undefined;
  /** 0–1. */
  warmupFraction: number;
  divFactor: number;
  finalDivFactor: number;
}

/**
 * Smith, Topin 2018, with cosine annealing both ways as in PyTorch's OneCycleLR, whose last step has the last rate; here it is the
 * rate of the end, which the last step does not reach, as if that one were a step behind. The momentum stays.
 */
export function oneCycle(options: OneCycleOptions, { learningRate, epochs }: ScheduleContext): Schedule {
  const maxLr = options.maxLr ?? learningRate;
  const first = maxLr / options.divFactor;
  const last = first / options.finalDivFactor;
  const peak = options.warmupFraction * epochs;
  return {
    lrAt: (progress) =>
      progress < peak
        ? maxLr + (first - maxLr) * halfCosine(progress / peak)
        : last + (maxLr - last) * halfCosine((progress - peak) / (epochs - peak)),
  };
}
