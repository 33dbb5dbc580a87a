import { spreadOf, type Spread } from '@glyphlab/evaluation';
import type { ExperimentSet } from '../plan/expand-set.ts';
import type { Reference } from '../file/set-schema.ts';
import { type Figures, figuresOf, isFinished, type MemberResult } from './member-result.ts';
import { NOTES_TAG } from '../session/data-notes.ts';
import { groupBy } from './group-by.ts';
import { type SearchOutcome, summariseSearches } from './search-summary.ts';

/** Members that differ in the seed and the fold only, and their figures over those. */
export interface GroupSummary {
  name: string;
  /** All of them, whether they finished or not; of searches, the best trial of each. */
  results: readonly MemberResult[];
  /** One a seed; none if the group is not searched for. */
  searches: readonly SearchOutcome[];
  figures: { readonly [figure in keyof Figures]: Spread };
  reference: Reference | undefined;
}

/** Groups whose figures can be compared: they were tested on the same images. */
export interface DatasetSummary {
  /** As `mnist`. */
  dataset: string;
  /** Of the group that has fewest; see `testSizes`. */
  numTestImages: number | undefined;
  /** All there are, the smallest first: groups may have learnt from more or fewer of the same images, and folds may differ by one. */
  testSizes: readonly number[];
  numValImages: number | undefined;
  /** What a reader should know of the data, as that they are not the official ones. */
  notes: readonly string[];
  groups: readonly GroupSummary[];
}

/** Results in the order of the set's file, by dataset and group. */
export function summarise(
  results: readonly MemberResult[],
  { references }: Pick<ExperimentSet, 'references'>,
): DatasetSummary[] {
  return [...groupBy(results, ({ member }) => member.config.dataset.type)].map(([dataset, ofDataset]) => ({
    dataset,
    ...testSizesOf(ofDataset),
    numValImages: distinct(ofDataset.map(imagesOf('val', 'validation')))[0],
    notes: distinct(ofDataset.flatMap(({ record }) => record?.tags[NOTES_TAG]?.split('\n') ?? []).map(withoutPaths)),
    groups: [...groupBy(ofDataset, ({ member }) => member.group)].map(([name, ofGroup]) => {
      const searches = summariseSearches(ofGroup);
      const shown = searches.length > 0 ? searches.flatMap(({ best }) => best ?? []) : ofGroup;
      return { name, results: shown, searches, figures: spreads(shown), reference: references.get(name) };
    }),
  }));
}

/** Accuracies that are the same as they are shown, in hundredths of a percent, are the same. */
const shown = (accuracy: number): number => Math.round(accuracy * 1e4);

/** Groups with the highest mean accuracy; none if there is nothing to compare with. */
export function bestGroups(
  groups: readonly GroupSummary[],
  figure: 'testAccuracy' | 'valAccuracy',
): ReadonlySet<GroupSummary> {
  const compared = groups.filter(({ figures }) => Number.isFinite(figures[figure].mean));
  const highest = Math.max(...compared.map(({ figures }) => shown(figures[figure].mean)));
  return new Set(compared.length < 2 ? [] : compared.filter(({ figures }) => shown(figures[figure].mean) === highest));
}

function spreads(results: readonly MemberResult[]): GroupSummary['figures'] {
  const all = results.filter(isFinished).map(({ record }) => figuresOf(record!));
  const of = (figure: keyof Figures): Spread => spreadOf(all.map((figures) => figures[figure]));
  return {
    testAccuracy: of('testAccuracy'),
    testLoss: of('testLoss'),
    valAccuracy: of('valAccuracy'),
    valLoss: of('valLoss'),
    trainLoss: of('trainLoss'),
    epochs: of('epochs'),
    bestEpoch: of('bestEpoch'),
    minutes: of('minutes'),
  };
}

/** Where files lie on one machine says nothing to a reader of the results. */
const withoutPaths = (note: string): string => note.replaceAll(/(?<=\s)\/\S+/g, 'the data directory');

function testSizesOf(results: readonly MemberResult[]): Pick<DatasetSummary, 'numTestImages' | 'testSizes'> {
  const testSizes = distinct(results.map(imagesOf('test'))).sort((a, b) => a - b);
  return { testSizes, numTestImages: testSizes[0] };
}

/** Images of a split, by its names in journals and in MLflow. */
const imagesOf =
  (...contexts: string[]) =>
  ({ record }: MemberResult): number | undefined =>
    record?.datasets.find(({ context }) => contexts.includes(context))?.numImages;

export const distinct = <T>(values: readonly (T | undefined)[]): T[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];
