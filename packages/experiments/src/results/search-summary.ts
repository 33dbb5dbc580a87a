import { epochsDone, trainingSeconds } from '@glyphlab/tracking';
import { epochsTrained } from '../runs/run-index.ts';
import { fitsBudget } from '../search/search-plan.ts';
import { figuresOf, isFinished, type MemberResult } from './member-result.ts';
import { groupBy } from './group-by.ts';

/** What one search came to: an entry of the set with one seed. */
export interface SearchOutcome {
  /** As `asha, seed 2`. */
  name: string;
  /** The trial with the best monitored value, among those that were trained to their end and so tested. */
  best: MemberResult | undefined;
  /** Those that began. */
  trials: readonly MemberResult[];
  /** How many began. */
  begun: number;
  finished: number;
  stoppedEarly: number;
  /** Whole epochs that its trials trained. */
  epochs: number;
  /** Of training with validation, begun epochs included. */
  minutes: number;
  /** Validation accuracy of the best trial so far, whenever a better one has ended: after so many epochs of all trials. */
  course: { epochs: number; valAccuracy: number }[];
}

/** The searches among results, in their order. */
export function summariseSearches(results: readonly MemberResult[]): SearchOutcome[] {
  const trials = results.filter(({ member }) => member.trial);
  return [...groupBy(trials, ({ member }) => member.trial!.search)].map(([name, ofSearch]) => {
    const begun = ofSearch.filter(({ record }) => record);
    const finished = ofSearch.filter(isFinished);
    return {
      name,
      best: bestOf(finished),
      trials: begun,
      begun: begun.length,
      finished: finished.length,
      stoppedEarly: ofSearch.filter(({ stoppedEarly }) => stoppedEarly !== undefined).length,
      epochs: epochsOf(begun),
      minutes: begun.reduce((sum, { record }) => sum + secondsOf(record!), 0) / 60,
      course: courseOf(begun, finished),
    };
  });
}

/** Members that are still to be trained: not those that their search stopped, or has no epochs left for. */
export function openResults(results: readonly MemberResult[]): MemberResult[] {
  const open = results.filter((result) => !isFinished(result) && result.stoppedEarly === undefined);
  const bySearch = groupBy(results, ({ member }) => member.trial?.search);
  return open.filter(({ member: { trial }, record }) => {
    if (!trial || record) return true;
    const ofSearch = bySearch.get(trial.search)!;
    const isUnderWay = ofSearch.some((other) => other.record && open.includes(other));
    return isUnderWay || fitsBudget(trial.plan, epochsOf(ofSearch), 0);
  });
}

/** The monitored value of the weights that were tested. */
export function monitored({ member, record }: MemberResult): number {
  return record?.epochs.get(figuresOf(record).bestEpoch)?.[member.trial!.plan.monitor] ?? NaN;
}

/** The best monitored value of any epoch; NaN before the first has ended. */
export function bestSoFar({ member, record }: Pick<MemberResult, 'member' | 'record'>): number {
  const { monitor, mode } = member.trial!.plan;
  const values = [...(record?.epochs.values() ?? [])].map((metrics) => metrics[monitor] ?? NaN).filter(Number.isFinite);
  if (values.length === 0) return NaN;
  return mode === 'max' ? Math.max(...values) : Math.min(...values);
}

function bestOf(finished: readonly MemberResult[]): MemberResult | undefined {
  return finished.reduce<MemberResult | undefined>((best, result) => {
    if (!best) return result;
    const gain = monitored(result) - monitored(best);
    return (result.member.trial!.plan.mode === 'max' ? gain : -gain) > 0 ? result : best;
  }, undefined);
}

function courseOf(begun: readonly MemberResult[], finished: readonly MemberResult[]): SearchOutcome['course'] {
  const ends = begun.flatMap(({ record }) => [...record!.epochEndsMs.values()]);
  const endOf = ({ record }: MemberResult): number => record!.epochEndsMs.get(epochsDone(record!)) ?? record!.lastMs;
  const inOrder = finished.toSorted((a, b) => endOf(a) - endOf(b));
  return inOrder.flatMap((result, index) =>
    bestOf(inOrder.slice(0, index + 1)) === result
      ? [
          {
            epochs: ends.filter((end) => end <= endOf(result)).length,
            valAccuracy: figuresOf(result.record!).valAccuracy,
          },
        ]
      : [],
  );
}

const epochsOf = (results: readonly MemberResult[]): number =>
  epochsTrained(results.flatMap(({ record }) => record ?? []));

/** A run that was stopped counts the epoch that it had begun in the second figure only, one that was resumed is whole in the first. */
function secondsOf(record: NonNullable<MemberResult['record']>): number {
  const known = [trainingSeconds(record), record.metrics['training_seconds'] ?? NaN].filter(Number.isFinite);
  return Math.max(0, ...known);
}
