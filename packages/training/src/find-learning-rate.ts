import * as tf from '@tensorflow/tfjs';
import type { Learner } from './learner.ts';
import { LossNotFiniteError } from './loss-not-finite.ts';

/** A step of the range test. */
interface RatePoint {
  rate: number;
  /** Of its batch, nats; smoothed over the steps before. */
  loss: number;
}

export interface RateSearch {
  points: RatePoint[];
  /** Where the loss was least: beyond, training begins to suffer. Undefined if the loss never fell. */
  least: RatePoint | undefined;
}

export interface FindRateOptions {
  from?: number;
  to?: number;
  steps?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Share of the smoothed loss that is kept at each step; about the last ten count. */
const SMOOTHING = 0.9;
/** The test ends when the loss is so many times the least; first steps do not count. */
const DIVERGED = 4;
const FIRST_STEPS = 10;

/**
 * Learning-rate range test (Smith 2017, "Cyclical Learning Rates for Training Neural Networks", §3.3): the rate grows from step to step
 * by the same factor, until the loss grows. The weights are as before afterwards.
 *
 * @throws the signal's reason if aborted
 */
export async function findLearningRate(learner: Learner, options: FindRateOptions = {}): Promise<RateSearch> {
  const { from = 1e-6, to = 10, steps = 150, onProgress, signal } = options;
  const { variables } = learner.network;
  const before = variables.map((variable) => variable.clone());
  const points: RatePoint[] = [];
  const rateOf = (step: number): number => from * (to / from) ** (step / (steps - 1));
  let [mean, least, isStopped] = [0, Infinity, false];
  const onStep = (loss: number): 'stop' | undefined => {
    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
    const smoothed = mean / (1 - SMOOTHING ** (points.length + 1));
    points.push({ rate: rateOf(points.length), loss: smoothed });
    onProgress?.(points.length, steps);
    isStopped = points.length === steps || (points.length > FIRST_STEPS && smoothed > DIVERGED * least);
    least = Math.min(least, smoothed);
    return isStopped ? 'stop' : undefined;
  };
  try {
    for (let epoch = 1; !isStopped; epoch++)
      await learner.trainEpoch({ epoch, lrAt: () => rateOf(points.length), onStep, signal });
  } catch (error) {
    // Far beyond what it can bear: that is an answer, too.
    if (!(error instanceof LossNotFiniteError)) throw error;
  } finally {
    variables.forEach((variable, k) => variable.assign(before[k]!));
    tf.dispose(before);
    learner.push();
  }
  return { points, least: leastOf(points) };
}

/** The first steps, whose mean is of few, do not count; nor does a loss that only grew. */
function leastOf(points: readonly RatePoint[]): RatePoint | undefined {
  const settled = points.slice(FIRST_STEPS).filter(({ loss }) => Number.isFinite(loss));
  const least = settled.reduce<RatePoint | undefined>((a, b) => (a && a.loss <= b.loss ? a : b), undefined);
  return least === settled[0] ? undefined : least;
}
