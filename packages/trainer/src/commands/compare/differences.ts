import { formatSpread, mcnemarExact, rightOf, spreadOf, welchTest } from '@glyphlab/evaluation';
import { formatValue } from '../runs/list-runs.ts';
import type { Section, Table } from './document.ts';
import type { GatheredRun } from './gather.ts';

/** So many runs stand side by side; more stand below one another. */
const MAX_COLUMNS = 4;
const NONE = '–';
/** A p below it is taken for a real difference. */
export const SIGNIFICANT = 0.05;

/** Params that say how a run is called, not what it trains. */
const NAMES = new Set(['name', 'description', 'tracking.experiment']);

/** The keys whose values are not the same in all runs. */
export function differing(all: readonly Readonly<Record<string, string | undefined>>[]): string[] {
  const keys = new Set(all.flatMap((values) => Object.keys(values)));
  return [...keys].filter((key) => all.some((values) => values[key] !== all[0]![key]));
}

/** Keys and what each run has: runs as columns, or where they are many as rows. */
function tableOf(
  runs: readonly GatheredRun[],
  keys: readonly string[],
  valueOf: (run: GatheredRun, key: string) => string | undefined,
  extra: { heads: readonly string[]; cells: (key: string) => readonly string[] } = { heads: [], cells: () => [] },
): Table {
  if (runs.length <= MAX_COLUMNS)
    return {
      heads: ['', ...runs.map(({ title }) => title), ...extra.heads],
      rows: keys.map((key) => [key, ...runs.map((run) => valueOf(run, key) ?? NONE), ...extra.cells(key)]),
    };
  return {
    heads: ['', ...keys],
    rows: runs.map((run) => [run.title, ...keys.map((key) => valueOf(run, key) ?? NONE)]),
  };
}

export function configurationSection(runs: readonly GatheredRun[]): Section {
  const keys = differing(runs.map(({ record }) => record.params)).filter((key) => !NAMES.has(key));
  const valueOf = ({ record }: GatheredRun, key: string): string | undefined => record.params[key];
  return section('Configuration', keys, 'It is the same.', () => tableOf(runs, keys, valueOf));
}

/** What a run was computed on and with. */
export function environmentOf({ record: { tags }, source }: GatheredRun): Record<string, string | undefined> {
  return {
    backend: tags['glyphlab.backend'],
    threads: tags['glyphlab.threads'],
    Node: source?.node ?? tags['glyphlab.node'],
    processor: source ? `${source.processor} × ${source.cores}` : tags['glyphlab.cpu'],
    instructions: source?.instructions.join(' '),
    system: source?.system ?? tags['glyphlab.os'],
    'lock file': source?.lockFile?.digest.slice(0, 12),
    ...source?.settings,
  };
}

export function environmentSection(runs: readonly GatheredRun[]): Section {
  const all = runs.map(environmentOf);
  // What a run did not note is not known to differ.
  const keys = differing(all).filter((key) => new Set(all.flatMap((values) => values[key] ?? [])).size > 1);
  const valueOf = (run: GatheredRun, key: string): string | undefined => environmentOf(run)[key];
  return section('Environment', keys, 'It is the same, as far as it was noted.', () => tableOf(runs, keys, valueOf));
}

/** Digests of the parts of the data. */
export const dataOf = ({ record }: Pick<GatheredRun, 'record'>): Record<string, string> =>
  Object.fromEntries(record.datasets.map(({ context, name, digest = '?' }) => [context, `${name} ${digest}`]));

export function dataSection(runs: readonly GatheredRun[]): Section {
  const keys = differing(runs.map(dataOf));
  return section('Data', keys, 'Images and labels are the same.', () => tableOf(runs, keys, (run, key) => dataOf(run)[key])); // prettier-ignore
}

function section(title: string, keys: readonly string[], same: string, table: () => Table): Section {
  return keys.length === 0 ? { title, notes: [same] } : { title, table: table() };
}

const hiddenMetrics =
  /^(system\/|(gradient_norm|weight_norm|update_ratio|dead_units)\/|epoch_seconds$|images_per_second$)/;

/** Metrics that differ; of two runs with the difference. */
export function metricsSection(runs: readonly GatheredRun[]): Section {
  const keys = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))]
    .filter((key) => !hiddenMetrics.test(key) && runs.some(({ metrics }) => metrics[key] !== runs[0]!.metrics[key]))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const valueOf = ({ metrics }: GatheredRun, key: string): string | undefined =>
    metrics[key] === undefined ? undefined : formatValue(key, metrics[key]);
  const [first, second] = runs;
  const difference = (key: string): string[] => {
    const by = (second!.metrics[key] ?? NaN) - (first!.metrics[key] ?? NaN);
    if (!Number.isFinite(by)) return [NONE];
    return [`${by > 0 ? '+' : ''}${formatValue(key, by)}`];
  };
  const extra = runs.length === 2 ? { heads: ['difference'], cells: difference } : undefined;
  return section('Metrics, of the best epoch', keys, 'They are the same.', () => tableOf(runs, keys, valueOf, extra));
}

/** Results on the test images first, then validation, training, the rest. */
function rank(key: string): number {
  const place = ['test_', 'val/', 'train/'].findIndex((start) => key.startsWith(start));
  return place < 0 ? 3 : place;
}

/** Whether the first run reads other images right than the others do, by chance or not. */
export function predictionsSection(runs: readonly GatheredRun[]): Section {
  const title = 'Is the difference in test accuracy real?';
  const [first, ...others] = runs;
  if (!first?.predictions)
    return { title, notes: [`${first?.title} has kept no predictions: runs do since they note their code.`] };
  const notes: string[] = [];
  const rows = others.flatMap((other) => {
    if (!other.predictions) notes.push(`${other.title} has kept no predictions.`);
    else if (!haveSameImages(first, other)) notes.push(`${other.title} was tested on other images.`);
    else {
      const { onlyFirst, onlySecond, p } = mcnemarExact(rightOf(first.predictions!), rightOf(other.predictions));
      return [[`${first.title} and ${other.title}`, String(onlyFirst), String(onlySecond), formatP(p), verdict(p)]];
    }
    return [];
  });
  if (rows.length === 0) return { title, notes };
  notes.unshift("McNemar's exact test on the same test images; p is how often chance alone gives so much, for each pair by itself."); // prettier-ignore
  return { title, notes, table: { heads: ['', 'only the first is right', 'only the second', 'p', ''], rows } };
}

const formatP = (p: number): string => (Number.isNaN(p) ? NONE : p < 0.0001 ? p.toExponential(0) : p.toFixed(4));
const verdict = (p: number): string => (Number.isNaN(p) ? 'too few' : p < SIGNIFICANT ? 'real' : 'may be chance');

export function haveSameImages(a: GatheredRun, b: GatheredRun): boolean {
  const [x, y] = [a.predictions?.labels, b.predictions?.labels];
  const digests = [a, b].map((run) => dataOf(run)['test']?.split(' ').at(-1));
  return x !== undefined && y !== undefined && digests[0] === digests[1] && x.every((label, k) => y[k] === label);
}

/** Runs that differ in the seed only, with mean and deviation; the means against those of the first such group. */
export function seedsSection(runs: readonly GatheredRun[]): Section | undefined {
  const groups = new Map<string, GatheredRun[]>();
  for (const run of runs) {
    const entries = Object.entries(run.record.params).filter(([key]) => key !== 'seed' && !NAMES.has(key));
    const key = JSON.stringify(entries.sort());
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()];
  if (!all.some((group) => group.length > 1)) return undefined;
  const keys = ['test_accuracy', 'test_loss', 'val/accuracy', 'val/loss'];
  const values = (group: GatheredRun[], key: string): number[] =>
    group.map(({ metrics }) => metrics[key] ?? NaN).filter(Number.isFinite);
  const rows = all.map((group, k) => {
    const p = k === 0 ? undefined : welchTest(values(all[0]!, 'test_accuracy'), values(group, 'test_accuracy'));
    const name = group[0]!.record.name.replace(/, seed \d+/, '');
    const cells = keys.map((key) => meanAndDeviation(key, values(group, key)));
    return [name, String(group.length), ...cells, ...(p === undefined ? [NONE, ''] : [formatP(p), verdict(p)])];
  });
  return {
    title: 'Over the seeds',
    notes: ["Mean ± sample deviation; p of Welch's test of the test accuracies against those of the first."],
    table: { heads: ['', 'runs', ...keys, 'p', ''], rows },
  };
}

/** As `99.41 ± 0.03 %`, or `0.0213 ± 0.0010`. */
function meanAndDeviation(key: string, values: readonly number[]): string {
  if (!key.endsWith('accuracy')) return formatSpread(spreadOf(values), 4);
  return values.length === 0 ? NONE : `${formatSpread(spreadOf(values), 2, 100)} %`;
}
