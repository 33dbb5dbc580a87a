import { InputError, percent, textTable } from '@glyphlab/core';
import { lockHolder } from '@glyphlab/tracking';
import { fieldOf, type FoundRun, requireFields } from '@glyphlab/tracking/reader';
import { filterRuns, stateOf, withReader } from './select-runs.ts';

export interface ListOptions {
  where?: string;
  sort?: string;
  columns?: string;
  /** Rows at most; 0: all. */
  limit?: number;
  offline?: boolean;
  json?: boolean;
}

/** A run as `--json` prints it; shares are 0–1, null where nothing was measured. */
interface ListedRun {
  id: string;
  name: string;
  state: string;
  epochs: number;
  /** Of the best epoch. */
  bestValAccuracy: number | null;
  testAccuracy: number | null;
  /** ISO 8601, UTC. */
  started: string;
  directory: string | null;
  mlflowRunId?: string;
  /** What `--columns` asked for. */
  columns?: Record<string, unknown>;
}

const DEFAULT_COLUMNS = ['id', 'name', 'state', 'epochs', 'val/accuracy', 'test_accuracy', 'started'];
const SHORT: Readonly<Record<string, string>> = { 'val/accuracy': 'best val', test_accuracy: 'test' };
const DEFAULT_LIMIT = 50;

/** @returns the runs of this workspace, as text to print */
export async function listRuns(options: ListOptions): Promise<string> {
  const all = await withReader(options.offline, (reader) => reader.list());
  const columns = columnsOf(options.columns);
  if (options.columns !== undefined) requireFields(columns, all, '--columns');
  const chosen = sorted(filterRuns(all, options.where), options.sort, all);
  const limit = options.limit ?? (options.json ? 0 : DEFAULT_LIMIT);
  const shown = limit > 0 ? chosen.slice(0, limit) : chosen;
  if (options.json) {
    const asked = options.columns === undefined ? undefined : columns;
    return `${JSON.stringify(
      shown.map((run) => listed(run, asked)),
      null,
      2,
    )}\n`;
  }
  if (all.length === 0) return 'There are no runs in this workspace.\n';
  if (chosen.length === 0) return `None of ${all.length.toLocaleString('en')} runs match.\n`;
  const rows = shown.map((run) => columns.map((column) => cell(run, column)));
  const isFigure = columns.flatMap((_, k) => (rows.every((row) => /^(–|[-\d.,]+( %)?)$/.test(row[k]!)) ? [k] : []));
  const lines = textTable([columns.map((column) => SHORT[column] ?? column), ...rows], new Set(isFigure));
  const left = chosen.length - shown.length;
  if (left > 0) lines.push(`… and ${left.toLocaleString('en')} more: --limit 0 shows all`);
  return `${lines.join('\n')}\n`;
}

/** `a,b` instead of the usual columns, `+a,b` beside them. */
function columnsOf(text: string | undefined): string[] {
  if (text === undefined) return DEFAULT_COLUMNS;
  const names = text.replace(/^\+/, '').split(',').map((name) => name.trim()).filter(Boolean); // prettier-ignore
  if (names.length === 0)
    throw new InputError('RUNS_NO_COLUMNS', 'No column is named.', {
      where: '--columns',
      hint: 'For example: --columns id,name,val/loss; +val/loss adds to the usual columns.',
    });
  return text.startsWith('+') ? [...DEFAULT_COLUMNS, ...names] : names;
}

/** By a field, upwards; downwards with `-` before it. What lacks it comes last. */
function sorted(runs: FoundRun[], field: string | undefined, all: readonly FoundRun[]): FoundRun[] {
  if (field === undefined) return runs;
  const name = field.replace(/^-/, '');
  requireFields([name], all, '--sort');
  const sign = field.startsWith('-') ? -1 : 1;
  const keyed = runs.map((run) => {
    const value = fieldOf(run, name);
    const number = value === '' || value === undefined ? NaN : Number(value);
    return { run, value, number };
  });
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined)
      return Number(a.value === undefined) - Number(b.value === undefined);
    if (!Number.isNaN(a.number) && !Number.isNaN(b.number)) return sign * (a.number - b.number);
    return sign * String(a.value).localeCompare(String(b.value));
  });
  return keyed.map(({ run }) => run);
}

function cell(run: FoundRun, column: string): string {
  if (column === 'id') return run.uuid.slice(0, 8);
  if (column === 'state')
    return stateNow(run) + (run.isUntracked ? ', untracked' : run.directory === undefined ? ', MLflow' : '');
  const value = fieldOf(run, column);
  return value === undefined ? '–' : formatValue(column, value);
}

/** A value as a table shows it: accuracies in percent, other figures with the digits that tell something. */
export function formatValue(name: string, value: string | number | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (/accuracy$/.test(name)) return percent(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

function listed(run: FoundRun, columns: readonly string[] | undefined): ListedRun {
  const number = (name: string): number | null => {
    const value = run.metrics[name];
    return value !== undefined && Number.isFinite(value) ? value : null;
  };
  return {
    id: run.uuid,
    name: run.name,
    state: stateNow(run),
    epochs: run.epochs,
    bestValAccuracy: number('val/accuracy'),
    testAccuracy: number('test_accuracy'),
    started: new Date(run.startedMs).toISOString(),
    directory: run.directory ?? null,
    ...(run.mlflow && { mlflowRunId: run.mlflow.runId }),
    ...(columns && { columns: Object.fromEntries(columns.map((name) => [name, fieldOf(run, name) ?? null])) }),
  };
}

/** Asks for the process only of those that say they are running. */
const stateNow = (run: FoundRun): string =>
  stateOf(run, run.status === 'RUNNING' && run.directory !== undefined && lockHolder(run.directory) !== undefined);
