import type { MonitorMode } from '@glyphlab/core';
import { type SearchEntry, stopsTrials } from '../file/search-schema.ts';

/** How the trials of a search are compared, and how many of them there may be. */
export interface SearchPlan {
  type: SearchEntry['type'];
  monitor: SearchEntry['monitor'];
  mode: MonitorMode;
  /** Epochs after which trials are compared, in order; none where no trial is stopped. */
  rungs: readonly number[];
  reductionFactor: number;
  /** Epochs of one trial that is not stopped. */
  epochs: number;
  /** Epochs that all trials may train together. */
  budget: number | undefined;
  /** What trials are drawn and proposed from. */
  space: SearchEntry['space'];
  /** Trials that are drawn before a search that learns proposes any. */
  startupTrials: number;
}

/** Optuna's number, and hyperopt's is twice as large. */
const MOST_STARTUP_TRIALS = 10;
/** What a search that learns may spend before it does: with a fixed number of trials a short one would hardly ever propose. */
const STARTUP_SHARE = 1 / 4;

/** What makes a member a trial of a search. */
export interface Trial {
  /** Name of the search: an entry with one seed. */
  search: string;
  /** From 1. */
  number: number;
  /** What was drawn, as results show it, by key of the configuration. */
  values: Readonly<Record<string, string>>;
  plan: SearchPlan;
}

/**
 * Whether one more trial can be trained to its end.
 *
 * @param trained epochs of all trials
 * @param stillToTrain epochs that trials which have begun may still take
 */
export const fitsBudget = ({ budget = Infinity, epochs }: SearchPlan, trained: number, stillToTrain: number): boolean =>
  trained + stillToTrain + epochs <= budget;

/**
 * @param epochs of one trial
 * @param mode of the metric that is watched
 */
export function searchPlan(
  { type, trials, monitor, minEpochs = 1, reductionFactor = 3, budget, space }: Omit<SearchEntry, 'first'>,
  epochs: number,
  mode: MonitorMode,
): SearchPlan {
  const rungs: number[] = [];
  if (stopsTrials(type)) for (let rung = minEpochs; rung < epochs; rung *= reductionFactor) rungs.push(rung);
  // As many as may begin: those that are stopped cost less.
  const possible = Math.min(trials, Math.floor((budget ?? Infinity) / (rungs[0] ?? epochs)));
  return {
    type,
    monitor,
    mode,
    rungs,
    reductionFactor,
    epochs,
    budget,
    space,
    startupTrials: Math.min(MOST_STARTUP_TRIALS, Math.ceil(STARTUP_SHARE * possible)),
  };
}
