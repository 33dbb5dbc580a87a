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
}

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
  { type, monitor, minEpochs = 1, reductionFactor = 3, budget, space }: Omit<SearchEntry, 'first'>,
  epochs: number,
  mode: MonitorMode,
): SearchPlan {
  const rungs: number[] = [];
  if (stopsTrials(type)) for (let rung = minEpochs; rung < epochs; rung *= reductionFactor) rungs.push(rung);
  return {
    type,
    monitor,
    mode,
    rungs,
    reductionFactor,
    epochs,
    budget,
    space,
  };
}
