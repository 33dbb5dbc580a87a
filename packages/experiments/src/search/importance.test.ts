import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Distribution } from '../file/search-schema.ts';
import { importances, type JudgedTrial } from './importance.ts';

interface Case {
  name: string;
  mode: 'min' | 'max';
  space: Record<string, Distribution>;
  pedAnova: Record<string, number>;
  fanova: Record<string, number>;
  columns: string[];
  trials: (string | number)[][];
}

const recorded = JSON.parse(readFileSync(new URL('optuna-importance.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

const trialsOf = ({ space, trials }: Case): JudgedTrial[] => {
  const keys = Object.keys(space);
  return trials.map((row) => ({
    values: Object.fromEntries(keys.map((key, k) => [key, row[k] as string])),
    value: row.at(-1) as number,
  }));
};

test.each(recorded.cases.map((one) => [one.name, one] as const))(
  "%s: shares are those of Optuna's PED-ANOVA",
  (_, one) => {
    const found = importances(one.space, trialsOf(one), one.mode);
    expect(found.size).toBe(Object.keys(one.space).length);
    for (const [key, share] of found) expect(share, key).toBeCloseTo(one.pedAnova[key]!, 4);
    expect([...found.values()]).toEqual([...found.values()].toSorted((a, b) => b - a));
  },
);

test.each(recorded.cases.slice(1).map((one) => [one.name, one] as const))(
  '%s: what fANOVA finds to matter most, it does, too',
  (_, one) => {
    const [most] = Object.entries(one.fanova).toSorted((a, b) => b[1] - a[1]);
    expect([...importances(one.space, trialsOf(one), one.mode).keys()][0]).toBe(most![0]);
  },
);

test('trials that were stopped early are compared with, and never the best', () => {
  const space = { a: { uniform: [0, 1] }, b: { uniform: [0, 1] } };
  const trial = (k: number, isStopped: boolean): JudgedTrial => ({
    values: { a: String(k / 40), b: String(((k * 7) % 40) / 40) },
    // What was stopped looks better, and by b.
    value: isStopped ? 1 + ((k * 7) % 40) : k / 40,
    isStopped,
  });
  const trials = Array.from({ length: 40 }, (_, k) => trial(k, k % 2 === 0));
  expect([...importances(space, trials, 'max').keys()][0]).toBe('a');
  expect([...importances(space, trials.map((one) => ({ ...one, isStopped: false })), 'max').keys()][0]).toBe('b'); // prettier-ignore
});

test('of few trials, and of trials that are all alike, nothing is said', () => {
  const space = { a: { uniform: [0, 1] } };
  const trials = Array.from({ length: 30 }, () => ({ values: { a: '0.5' }, value: 0.9 }));
  expect(importances(space, trials, 'max').size).toBe(0);
  expect(importances(space, trials.slice(0, 19), 'max').size).toBe(0);
});
