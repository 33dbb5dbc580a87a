import { formatSpread, spreadOf } from '@glyphlab/evaluation';
import { epochsDone } from '@glyphlab/tracking';
import type { ExperimentSet } from '../plan/expand-set.ts';
import type { DrawnFigure } from './draw-figures.ts';
import { count, plain, runLink, table } from './markdown-table.ts';
import { figuresOf, isFinished, type MemberResult } from './member-result.ts';
import { searchLegend, searchTables } from './search-markdown.ts';
import { openResults } from './search-summary.ts';
import { bestGroups, type DatasetSummary, distinct, type GroupSummary } from './summarise.ts';

export interface ResultsPage {
  set: Pick<ExperimentSet, 'name' | 'description'>;
  results: readonly MemberResult[];
  datasets: readonly DatasetSummary[];
  figures: readonly DrawnFigure[];
  /** The command that made it. */
  command: string;
  /** Where the figures come from, for a person. */
  origin: string;
}

/** What a set showed, as markdown. */
export function resultsMarkdown({ set, results, datasets, figures, command, origin }: ResultsPage): string {
  const open = openResults(results);
  // Trials stand among their searches.
  const alone = results.filter(({ member }) => !member.trial);
  return (
    [
      `# ${set.name}`,
      set.description?.trim(),
      open.length > 0 &&
        `**Not complete:** ${results.length - open.length} of ${results.length} members have finished.`,
      ...datasets.flatMap((dataset) => datasetPart(dataset, figures)),
      legend(datasets),
      datasets.some(({ groups }) => groups.some(({ searches }) => searches.length > 0)) && searchLegend,
      alone.length > 0 && '## Runs',
      alone.length > 0 && runsTable(alone),
      open.length > 0 && '## Not finished',
      open.length > 0 && openTable(open),
      '## How it was made',
      provenance(results, command, origin),
    ]
      .filter((part) => part !== undefined && part !== false)
      .join('\n\n') + '\n'
  );
}

function datasetPart({ dataset, testSizes, notes, groups }: DatasetSummary, figures: readonly DrawnFigure[]): string[] {
  const sizes = distinct([testSizes[0], testSizes.at(-1)]).map(count);
  const size = sizes.length === 0 ? '' : `, ${sizes.join(' to ')} test images`;
  return [
    `## ${dataset}${size}`,
    ...notes.map((note) => `> **Note:** ${note}`),
    ...groupsTable(groups.filter(({ searches }) => searches.length === 0)),
    ...searchTables(groups),
    ...figures.filter((figure) => figure.dataset === dataset).map(({ title, file }) => `![${title}](${file})`),
  ];
}

function groupsTable(groups: readonly GroupSummary[]): string[] {
  if (groups.length === 0) return [];
  const bestOnTest = bestGroups(groups, 'testAccuracy');
  const bestOnVal = bestGroups(groups, 'valAccuracy');
  const others = otherMetrics(groups);
  const bold = (text: string, isBest: boolean): string => (isBest ? `**${text}**` : text);
  const rows = groups.flatMap((group) => {
    const { figures: f, results, reference } = group;
    const finished = results.filter(isFinished).length;
    const own = [
      bold(group.name, bestOnTest.has(group)),
      bold(formatSpread(f.testAccuracy, 2, 100), bestOnTest.has(group)),
      formatSpread(f.testLoss, 4),
      ...others.map((key) => formatSpread(spreadOf(valuesOf(results, key)), 4)),
      bold(formatSpread(f.valAccuracy, 2, 100), bestOnVal.has(group)),
      formatSpread(f.valLoss, 4),
      formatSpread(f.trainLoss, 4),
      plain(f.epochs.mean),
      plain(f.bestEpoch.mean),
      formatSpread(f.minutes, f.minutes.mean < 1 ? 2 : 1),
      finished === results.length ? String(finished) : `${finished} of ${results.length}`,
    ];
    return reference ? [own, referenceRow(reference, others.length)] : [own];
  });
  const heads = [
    'Setting',
    'Test accuracy (%)',
    'Test loss',
    ...others.map((key) => key.replace('test_', 'Test ').replaceAll('_', ' ')),
    'Val. accuracy (%)',
    'Val. loss',
    'Train loss',
    'Epochs',
    'Best epoch',
    'Minutes',
    'Runs',
  ];
  return [table(heads, rows, 1)];
}

/** Of every run: they have columns of their own, or stand in the run alone. */
const usualMetrics = ['test_accuracy', 'test_loss', 'test_macro_f1', 'test_expected_calibration_error'];

/** What the members' configurations have measured beside, as they name it. */
const otherMetrics = (groups: readonly GroupSummary[]): string[] =>
  distinct(
    groups.flatMap(({ results }) =>
      results.flatMap(({ member, record }) =>
        member.config.evaluation?.metrics?.length > 0 ? Object.keys(record?.metrics ?? {}) : [],
      ),
    ),
  ).filter(
    (key) =>
      key.startsWith('test_') && (!usualMetrics.includes(key) || (key === 'test_macro_f1' && asksForMacroF1(groups))),
  );

/** Of every run, but a column where a set compares by it. */
const asksForMacroF1 = (groups: readonly GroupSummary[]): boolean =>
  groups.some(({ results }) =>
    results.some(({ member }) => member.config.evaluation?.metrics?.some(({ type }) => type === 'macroF1')),
  );

const valuesOf = (results: readonly MemberResult[], key: string): number[] =>
  results.filter(isFinished).map(({ record }) => record!.metrics[key] ?? NaN);

function referenceRow(
  { source, testAccuracy = NaN, testLoss = NaN, minutes = NaN }: NonNullable<GroupSummary['reference']>,
  numOthers: number,
): string[] {
  const value = (figure: number, digits: number): string => (Number.isFinite(figure) ? figure.toFixed(digits) : '–');
  return [
    `*${source}*`,
    value(100 * testAccuracy, 2),
    value(testLoss, 4),
    ...Array<string>(numOthers).fill('–'),
    '–',
    '–',
    '–',
    '–',
    '–',
    value(minutes, 1),
    '',
  ];
}

function legend(datasets: readonly DatasetSummary[]): string {
  const groups = datasets.flatMap(({ groups }) => groups);
  return [
    spreadLegend(groups),
    `Losses, accuracies and the test result are those of the best epoch, which is chosen ${chosenBy(groups)}; the test images were read once per run.`,
    'Minutes cover training and validation.',
    datasets.some(({ groups }) => groups.length > 1) && 'The best in each table is bold.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What the best epoch is chosen by. */
function chosenBy(groups: readonly GroupSummary[]): string {
  const monitors = distinct(
    groups.flatMap(({ results }) => results.map(({ member }) => member.config.training.checkpoint?.monitor)),
  );
  const ofTraining = monitors.filter((monitor) => monitor.startsWith('train/'));
  if (ofTraining.length === 0) return 'on the validation images';
  return ofTraining.length === monitors.length
    ? `by ${ofTraining.join(', ')}`
    : `on the validation images or by ${ofTraining.join(', ')}`;
}

/** What members of a group differ in. */
function spreadLegend(groups: readonly GroupSummary[]): string | undefined {
  const counts = groups.map(({ results }) => ({
    seeds: distinct(results.map(({ member }) => member.seed)).length,
    folds: distinct(results.map(({ member }) => member.config.dataset?.fold?.held)).length,
  }));
  const what = (['seeds', 'folds'] as const).filter((key) => counts.some((count) => count[key] > 1));
  if (what.length === 0) return undefined;
  const folded = what.includes('folds') ? ' Each fold is measured by the run that was trained on all the others.' : '';
  return `Mean ± sample standard deviation over the ${what.join(' and ')}.${folded}`;
}

function runsTable(results: readonly MemberResult[]): string {
  const rows = results.filter(isFinished).map((result) => {
    const record = result.record!;
    const figures = figuresOf(record);
    return [
      result.member.name,
      formatSpread({ mean: figures.testAccuracy, deviation: undefined, count: 1 }, 2, 100),
      plain(figures.bestEpoch),
      figures.minutes.toFixed(figures.minutes < 1 ? 2 : 1),
      new Date(record.startedMs).toISOString().slice(0, 10),
      runLink(result),
    ];
  });
  return table(['Run', 'Test accuracy (%)', 'Best epoch', 'Minutes', 'Begun', 'Id'], rows, 1);
}

function openTable(results: readonly MemberResult[]): string {
  const rows = results.map(({ member, record, problem }) => [
    member.name,
    record ? `${epochsDone(record)} of ${member.config.training.epochs}` : '–',
    (problem ?? (record ? 'not finished' : 'not begun')).split('\n').join(' ').trim(),
  ]);
  return table(['Run', 'Epochs', 'Why'], rows, 1);
}

function provenance(results: readonly MemberResult[], command: string, origin: string): string {
  const tags = (key: string): string[] => distinct(results.map(({ record }) => record?.tags[key]));
  const threads = tags('glyphlab.threads');
  const dirty = tags('glyphlab.git.dirty').includes('true') ? ' with changes that are not committed' : '';
  const items: [string, string][] = [
    ['Command', `\`${command}\``],
    ['Machine', tags('glyphlab.cpu').join('; ')],
    ['System', [...tags('glyphlab.os'), ...tags('glyphlab.node').map((version) => `Node ${version}`)].join(', ')],
    [
      'Backend',
      tags('glyphlab.backend').join(', ') + (threads.length > 0 ? `, ${threads.join(' or ')} thread(s) a run` : ''),
    ],
    ['Computed with', tags('glyphlab.chosen').join('; ')],
    [
      'Commit',
      tags('mlflow.source.git.commit')
        .map((commit) => `\`${commit.slice(0, 12)}\``)
        .join(', ') + dirty,
    ],
    ['Figures from', origin],
  ];
  return items
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}
