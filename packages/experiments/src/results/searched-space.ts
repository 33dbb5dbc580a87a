import type { SearchedDimension, SearchedSpace } from '@glyphlab/evaluation';
import type { Distribution } from '../file/search-schema.ts';
import { dimensionOf } from '../search/dimension.ts';
import { importances, type JudgedTrial } from '../search/importance.ts';
import { isFinished, type MemberResult } from './member-result.ts';
import { bestSoFar, monitored } from './search-summary.ts';
import type { DatasetSummary, GroupSummary } from './summarise.ts';

/** Trials of all seeds that came to a value, with what a figure shows of them. */
const judgedTrials = ({ searches }: GroupSummary): (JudgedTrial & { isStopped: boolean })[] =>
  searches
    .flatMap(({ trials }) => trials)
    .map((trial) => ({
      values: trial.member.trial!.values,
      value: isFinished(trial) ? monitored(trial) : bestSoFar(trial),
      isStopped: !isFinished(trial),
    }));

const planOf = ({ searches }: GroupSummary) => searches[0]?.trials[0]?.member.trial!.plan;

/** How much each key mattered, of searches with trials enough to say so; shares (0–1), the largest first. */
export function importanceByGroup(
  groups: readonly GroupSummary[],
): { name: string; shares: ReadonlyMap<string, number> }[] {
  return groups.flatMap((group) => {
    const plan = planOf(group);
    const shares = plan && importances(plan.space, judgedTrials(group), plan.mode);
    return shares && shares.size > 0 ? [{ name: group.name, shares }] : [];
  });
}

/** The trials of a group as figures show them; undefined if none began. */
export function searchedSpace(group: GroupSummary, { numValImages }: DatasetSummary): SearchedSpace | undefined {
  const plan = planOf(group);
  if (!plan) return undefined;
  const keys = Object.keys(plan.space);
  const dimensions = keys.map((key) => searchedDimension(key, plan.space[key]!));
  const trials = judgedTrials(group).map(({ values, value, isStopped }) => ({
    values: keys.map((key, at) => valueOf(plan.space[key]!, dimensions[at]!, values[key] ?? '')),
    value,
    isStopped,
  }));
  return { dimensions, trials, monitor: plan.monitor, mode: plan.mode, numImages: numValImages };
}

function searchedDimension(key: string, distribution: Distribution): SearchedDimension {
  const dimension = dimensionOf(distribution);
  if (dimension.kind === 'choice') return { key, options: dimension.options.map(({ label }) => label) };
  const { uniform, logUniform, randInt, logRandInt } = distribution;
  const range = (uniform ?? logUniform ?? randInt ?? logRandInt) as [number, number];
  return { key, range, isLogarithmic: (logUniform ?? logRandInt) !== undefined };
}

const valueOf = (distribution: Distribution, { options }: SearchedDimension, label: string): number =>
  options ? dimensionOf(distribution).coordinateOf(label) : Number(label);

/** Whether a group's trials are worth a figure. */
export const hasTrials = ({ searches }: GroupSummary): boolean =>
  searches.some(({ trials }: { trials: readonly MemberResult[] }) => trials.length > 1);
