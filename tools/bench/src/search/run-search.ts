import {
  drawTrials,
  fitsBudget,
  fraction,
  goesOn,
  labelsOf,
  type Observation,
  proposesTrials,
  proposeTrial,
  searchPlan,
  STARTUP_TRIALS,
} from '@glyphlab/experiments/search';
import { EPOCHS, space, type Values } from './space.ts';
import type { TrialRequest } from './train-trial.ts';

export const searchTypes = ['random', 'asha', 'tpe', 'tpe-asha'] as const;
export type SearchType = (typeof searchTypes)[number];

export interface SearchedTrial {
  type: SearchType;
  seed: number;
  /** From 1. */
  trial: number;
  values: Values;
  /** Validation accuracy after each epoch, 0–1; fewer than {@link EPOCHS} if it was stopped or its loss became infinite. */
  accuracies: readonly number[];
  isStopped: boolean;
}

/**
 * One search, a trial after the other, until its budget has no room for one more: the rules of sets, without their processes.
 *
 * @param budget epochs that its trials may train together
 * @param train gives the validation accuracy of each epoch
 */
export async function runSearch(
  type: SearchType,
  seed: number,
  budget: number,
  train: (request: TrialRequest) => Promise<readonly number[]>,
): Promise<SearchedTrial[]> {
  const plan = searchPlan({ type, trials: budget, monitor: 'val/accuracy', space, budget }, EPOCHS, 'max');
  // By the seed alone, so that all searches of a seed begin alike.
  const drawn = drawTrials({ space, trials: budget }, `seed ${seed}`).map(labelsOf);
  const trials: SearchedTrial[] = [];
  const atRungs = new Map(plan.rungs.map((rung) => [rung, [] as number[]]));
  for (let trained = 0; fitsBudget(plan, trained, 0); trained += epochsOf(trials.at(-1)!)) {
    const trial = trials.length + 1;
    const values = proposesTrials(type) && trial > STARTUP_TRIALS ? proposed(type, seed, trials) : drawn[trial - 1]!;
    let isStopped = false;
    const judged = new Set<number>();
    const judge = (epoch: number, value: number): boolean => {
      const others = atRungs.get(epoch);
      // Whoever asks again, since what it knew of the trial was not enough, gets the same answer.
      if (!others || judged.has(epoch)) return !isStopped;
      judged.add(epoch);
      others.push(value);
      isStopped = !goesOn(value, others, plan);
      return !isStopped;
    };
    const accuracies = await train({ seed, values, goesOn: judge });
    trials.push({ type, seed, trial, values, accuracies, isStopped });
  }
  return trials;
}

/** Whole epochs that a trial has cost; one whose loss became infinite in the first has cost it, too. */
export const epochsOf = ({ accuracies }: SearchedTrial): number => Math.max(1, accuracies.length);

function proposed(type: SearchType, seed: number, trials: readonly SearchedTrial[]): Values {
  const observed = trials.map(({ values, accuracies, isStopped }): Observation => ({
    values,
    value: Math.max(0, ...accuracies),
    ...(isStopped && { stoppedAfter: accuracies.length }),
  }));
  let count = 0;
  const random = (): number => fraction([type, seed, trials.length + 1, count++]);
  return labelsOf(proposeTrial(space, observed, 'max', random));
}
