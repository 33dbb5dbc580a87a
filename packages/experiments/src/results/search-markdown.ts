import { formatSpread, spreadOf } from '@glyphlab/evaluation';
import { epochsDone } from '@glyphlab/tracking';
import { runLink, table } from './markdown-table.ts';
import { isFinished, type MemberResult } from './member-result.ts';
import { bestSoFar, monitored, type SearchOutcome } from './search-summary.ts';
import { importanceByGroup } from './searched-space.ts';
import { bestGroups, type GroupSummary } from './summarise.ts';

export const searchLegend =
  'A search chooses, among the trials that it trained to the end, the one with the best monitored value on the validation images; only those trials were tested. ' +
  'Epochs are the completed ones of all trials, including those that were stopped; minutes include epochs that were cut short.';

/** Searches side by side, and the best trial of each; nothing if there are none. */
export function searchTables(groups: readonly GroupSummary[]): string[] {
  const searched = groups.filter(({ searches }) => searches.length > 0);
  if (searched.length === 0) return [];
  return [
    comparison(searched),
    '### Best trials',
    bestTrials(searched),
    ...importanceTable(searched),
    '### All trials',
    allTrials(searched),
  ];
}

function comparison(groups: readonly GroupSummary[]): string {
  const bestOnVal = bestGroups(groups, 'valAccuracy');
  const rows = groups.map((group) => {
    const { name, figures, searches } = group;
    const of = (value: (search: SearchOutcome) => number, digits: number): string =>
      formatSpread(spreadOf(searches.map(value)), digits);
    const bold = (text: string): string => (bestOnVal.has(group) ? `**${text}**` : text);
    return [
      bold(name),
      bold(formatSpread(figures.valAccuracy, 2, 100)),
      formatSpread(figures.valLoss, 4),
      formatSpread(figures.testAccuracy, 2, 100),
      of(({ epochs }) => epochs, 1),
      of(({ begun }) => begun, 1),
      of(({ stoppedEarly }) => stoppedEarly, 1),
      of(({ minutes }) => minutes, 1),
      String(searches.length),
    ];
  });
  const heads = [
    'Search',
    'Best val. accuracy (%)',
    'Its val. loss',
    'Its test accuracy (%)',
    'Epochs trained',
    'Trials',
    'Stopped early',
    'Minutes',
    'Searches',
  ];
  return table(heads, rows, 1);
}

function bestTrials(groups: readonly GroupSummary[]): string {
  const searches = groups.flatMap((group) => group.searches);
  const keys = [...new Set(searches.flatMap(({ best }) => Object.keys(best?.member.trial?.values ?? {})))];
  const rows = searches.map(({ name, best }) => {
    if (!best) return [name, '–', '–', '–', ...keys.map(() => '–'), '–'];
    const { number, values } = best.member.trial!;
    return [
      name,
      String(number),
      shownValue(best, monitored(best)),
      formatSpread(spreadOf([best.record?.metrics['test_accuracy'] ?? NaN]), 2, 100),
      ...keys.map((key) => values[key] ?? '–'),
      runLink(best),
    ];
  });
  const monitors = [...new Set(searches.flatMap(({ best }) => best?.member.trial?.plan.monitor ?? []))].join(' or ');
  const heads = ['Search', 'Trial', monitors || 'Value', 'Test accuracy (%)', ...keys.map(lastPart), 'Id'];
  return table(heads, rows, 1);
}

/** Nothing where too few trials tell. */
function importanceTable(groups: readonly GroupSummary[]): string[] {
  const known = importanceByGroup(groups);
  if (known.length === 0) return [];
  const keys = [...new Set(known.flatMap(({ shares }) => [...shares.keys()]))];
  const shown = (share: number | undefined): string => (share === undefined ? '–' : (100 * share).toFixed(1));
  const rows = keys.map((key) => [`\`${key}\``, ...known.map(({ shares }) => shown(shares.get(key)))]);
  return [
    '### What mattered (%)',
    table(['Key', ...known.map(({ name }) => name)], rows, 1),
    'Share of each key in what made a trial one of the best tenth, over all seeds (PED-ANOVA, Watanabe et al. 2023).',
  ];
}

/** Every trial that began, with what was drawn for it; those that were stopped early, too. */
function allTrials(groups: readonly GroupSummary[]): string {
  const searches = groups.flatMap((group) => group.searches);
  const trials = searches.flatMap(({ name, trials: begun }) => begun.map((trial) => ({ name, trial })));
  const keys = [...new Set(trials.flatMap(({ trial }) => Object.keys(trial.member.trial!.values)))];
  const rows = trials.map(({ name, trial }) => {
    const { number, values } = trial.member.trial!;
    return [
      name,
      String(number),
      ...keys.map((key) => values[key] ?? '–'),
      shownValue(trial, isFinished(trial) ? monitored(trial) : bestSoFar(trial)),
      String(epochsDone(trial.record!)),
      isFinished(trial) ? 'finished' : trial.stoppedEarly === undefined ? 'not finished' : 'stopped early',
      runLink(trial),
    ];
  });
  const monitors = [...new Set(trials.map(({ trial }) => trial.member.trial!.plan.monitor))].join(' or ');
  const heads = ['Search', 'Trial', ...keys.map(lastPart), monitors || 'Value', 'Epochs', 'How it ended', 'Id'];
  return table(heads, rows, 1);
}

function shownValue(result: MemberResult, value: number): string {
  if (!Number.isFinite(value)) return '–';
  return isShare(result) ? (100 * value).toFixed(2) : value.toFixed(4);
}

const isShare = ({ member }: NonNullable<SearchOutcome['best']>): boolean =>
  member.trial!.plan.monitor === 'val/accuracy';

const lastPart = (key: string): string => key.split('.').at(-1)!;
