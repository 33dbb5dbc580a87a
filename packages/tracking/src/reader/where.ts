import { InputError, nearest, presentMetric } from '@glyphlab/core';
import { KEEP_TAG, NOTE_TAG } from '../run/tags.ts';
import type { FoundRun } from './run-overview.ts';

type Value = string | number | boolean | undefined;

/** A condition on runs, and the names of the fields that it asks for. */
export interface Where {
  fields: readonly string[];
  test(run: FoundRun): boolean;
}

/** What can be asked of a run beside its metrics, params and tags; dates are ISO 8601, so that they compare as texts. */
const ownFields: Readonly<Record<string, (run: FoundRun) => Value>> = {
  id: ({ uuid }) => uuid,
  name: ({ name }) => name,
  experiment: ({ experiment }) => experiment,
  state: ({ status }) => status.toLowerCase(),
  epochs: ({ epochs }) => epochs,
  bestEpoch: ({ bestEpoch }) => bestEpoch,
  minutes: ({ seconds }) => (Number.isFinite(seconds) ? seconds / 60 : undefined),
  started: ({ startedMs }) => localTime(startedMs),
  ageDays: ({ startedMs }) => (Date.now() - startedMs) / 86_400_000,
  parent: ({ parent }) => parent,
  set: ({ set }) => set,
  tracked: ({ isUntracked }) => !isUntracked,
  kept: ({ tags }) => tags[KEEP_TAG] === 'true',
  note: ({ tags }) => tags[NOTE_TAG],
  commit: ({ tags }) => tags['mlflow.source.git.commit'],
  directory: ({ directory }) => directory,
};

/** As `2026-11-26 14:05`, in the time of this machine. */
export const localTime = (ms: number): string => new Date(ms).toLocaleString('sv-SE').slice(0, 16);

/** A field of a run by its name: its own, a metric, a parameter or a tag, in this order. */
export function fieldOf(run: FoundRun, name: string): Value {
  const own = ownFields[name];
  return own ? own(run) : (run.metrics[presentMetric(name)] ?? run.params[name] ?? run.tags[name]);
}

/** All names that `fieldOf` knows of these runs. */
function fieldNames(runs: readonly FoundRun[]): Set<string> {
  const names = new Set(Object.keys(ownFields));
  for (const { metrics, params, tags } of runs)
    for (const values of [metrics, params, tags]) for (const name in values) names.add(name);
  return names;
}

/**
 * Refuses names that no run has.
 *
 * @param where names the option, as `--sort`
 * @throws InputError RUNS_UNKNOWN_FIELD with the nearest name
 */
export function requireFields(fields: readonly string[], runs: readonly FoundRun[], where: string): void {
  if (runs.length === 0) return;
  for (const field of fields) {
    if (field in ownFields || runs.some((run) => fieldOf(run, field) !== undefined)) continue;
    const close = nearest(field, fieldNames(runs));
    throw new InputError('RUNS_UNKNOWN_FIELD', `No run has "${field}".`, {
      where,
      hint: `${close === undefined ? '' : `Did you mean "${close}"? `}There are ${Object.keys(ownFields).join(', ')}, and every metric, parameter and tag.`,
    });
  }
}

/** Of a text, without regard to case: `~` asks whether one holds the other. */
const operators: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': (a, b) => isSame(a, b),
  '==': (a, b) => isSame(a, b),
  '!=': (a, b) => !isSame(a, b),
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '~': (a, b) => a !== undefined && String(a).toLowerCase().includes(String(b).toLowerCase()),
  '!~': (a, b) =>
    !String(a ?? '')
      .toLowerCase()
      .includes(String(b).toLowerCase()),
};

/** NaN where one is missing: then no comparison holds. */
function order(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return NaN;
  const [x, y] = [Number(a), Number(b)];
  // A date is a text, whatever it is compared with.
  if (typeof a === 'number' || (!Number.isNaN(x) && !Number.isNaN(y))) return x - y;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

/** Fields that are numbers of every run; a parameter may be either. */
const measures = (field: string): boolean =>
  ['epochs', 'bestEpoch', 'minutes', 'ageDays'].includes(field) || /^(train|val|test)[/_]/.test(field);

const isSame = (a: Value, b: Value): boolean => a === b || order(a, b) === 0;

interface Token {
  text: string;
  at: number;
  /** `text` of a quoted one is what stands in the quotes. */
  kind: 'word' | 'quoted' | 'symbol';
}

/** Quotes, symbols, words; a word ends at a space, a bracket, a comma or an operator. */
const TOKEN = /\s*(?:(["'`])((?:\\.|(?!\1)[^\\])*)\1|(!=|!~|>=|<=|==|[=<>~(),])|([^\s"'`()=<>~!,]+))/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = text.length - text.slice(TOKEN.lastIndex).trimStart().length;
    const match = TOKEN.exec(text);
    if (!match) throw wrong(text, from, `Cannot read ${text.slice(from).trim()}`);
    const [, quote, quoted, symbol, word] = match;
    const at = TOKEN.lastIndex - match[0].trimStart().length;
    if (quote !== undefined) tokens.push({ text: quoted!.replaceAll(/\\(.)/g, '$1'), at, kind: 'quoted' });
    else tokens.push({ text: (symbol ?? word)!, at, kind: symbol === undefined ? 'word' : 'symbol' });
  }
  return tokens;
}

const EXAMPLE = `For example: --where "val/accuracy > 0.99 and model.type = resnet".`;

/** Of a long condition what stands around the place is shown. */
const SHOWN = 60;

function wrong(condition: string, place: number, message: string): InputError {
  const from = Math.max(0, place - SHOWN);
  const at = place - from;
  const text = condition.slice(from, place + SHOWN);
  return new InputError('RUNS_BAD_WHERE', message, {
    where: '--where',
    hint: `${text}\n${' '.repeat(Math.min(at, text.length))}^\n${EXAMPLE}`,
  });
}

/**
 * Reads a condition: comparisons of a field with a value (`=`, `!=`, `<`, `<=`, `>`, `>=`, `~` for "contains", `!~`, `in (a, b)`), or a
 * field alone, joined by `and`, `or`, `not` and brackets. `99%` is 0.99; a text with spaces stands in quotes.
 *
 * @throws InputError RUNS_BAD_WHERE, with the place
 */
export function parseWhere(text: string): Where {
  const tokens = tokensOf(text);
  const fields: string[] = [];
  let next = 0;
  const end = { text: '', at: text.length, kind: 'symbol' } as const;
  const peek = (): Token => tokens[next] ?? end;
  const is = (word: string): boolean => peek().kind !== 'quoted' && peek().text.toLowerCase() === word;
  const take = (word: string): boolean => is(word) && ++next > 0;
  const expect = (word: string): void => {
    if (!take(word)) throw wrong(text, peek().at, `Expected "${word}".`);
  };

  type Test = Where['test'];
  const either = (): Test => {
    const parts = [both()];
    while (take('or')) parts.push(both());
    return (run) => parts.some((part) => part(run));
  };
  const both = (): Test => {
    const parts = [one()];
    while (take('and')) parts.push(one());
    return (run) => parts.every((part) => part(run));
  };
  const one = (): Test => {
    if (take('not')) {
      const part = one();
      return (run) => !part(run);
    }
    if (!take('(')) return comparison();
    const inner = either();
    expect(')');
    return inner;
  };
  const value = (after: string): string | number => {
    const token = peek();
    if (token === end || token.kind === 'symbol') throw wrong(text, token.at, `Expected a value after "${after}".`);
    next++;
    if (token.kind === 'quoted') return token.text;
    const number = token.text.endsWith('%') ? Number(token.text.slice(0, -1)) / 100 : Number(token.text);
    return Number.isNaN(number) ? token.text : number;
  };
  const comparison = (): Test => {
    const field = peek();
    if (field === end) throw wrong(text, field.at, 'Expected a field at the end.');
    if (field.kind === 'symbol') throw wrong(text, field.at, `Expected a field. Received: "${field.text}".`);
    next++;
    fields.push(field.text);
    if (take('in')) {
      expect('(');
      const values = [value('(')];
      while (take(',')) values.push(value(','));
      expect(')');
      return (run) => values.some((wanted) => isSame(fieldOf(run, field.text), wanted));
    }
    const symbol = peek();
    const compare = symbol.kind === 'symbol' ? operators[symbol.text] : undefined;
    if (!compare) {
      // A field alone asks whether it is there, and not false.
      if (symbol === end || is('and') || is('or') || is(')'))
        return (run) => ![undefined, false, 'false', ''].includes(fieldOf(run, field.text) as never);
      throw wrong(text, symbol.at, `Expected one of ${Object.keys(operators).join(' ')} after "${field.text}".`);
    }
    next++;
    const { at } = peek();
    const wanted = value(symbol.text);
    if (typeof wanted === 'string' && /[<>]/.test(symbol.text) && measures(field.text))
      throw wrong(text, at, `${field.text} is a number. Received: "${wanted}".`);
    return (run) => compare(fieldOf(run, field.text), wanted);
  };

  if (tokens.length === 0) throw wrong(text, 0, 'The condition is empty.');
  const test = either();
  if (peek() !== end) throw wrong(text, peek().at, `Expected "and" or "or". Received: "${peek().text}".`);
  return { fields, test };
}
