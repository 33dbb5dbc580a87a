import { expect, test } from 'vitest';
import { comparisonTable, courseOf } from './report.ts';
import { epochsOf, runSearch, type SearchedTrial, searchTypes } from './run-search.ts';
import type { TrialRequest } from './train-trial.ts';

/** A network that likes a rate of 0.1, and learns half of what it can in its first of two epochs. */
async function train({ values, goesOn }: TrialRequest): Promise<number[]> {
  const best = 1 - 0.05 * Math.abs(Math.log10(Number(values['learningRate'])) + 1);
  const accuracies: number[] = [];
  for (const value of [best / 2, best]) {
    accuracies.push(value);
    if (!goesOn(accuracies.length, value)) break;
  }
  return accuracies;
}

const all = async (budget: number): Promise<SearchedTrial[]> =>
  (await Promise.all(searchTypes.map((type) => runSearch(type, 1, budget, train)))).flat();

test('every search keeps to the epochs it may train, begins alike, and only those with ASHA stop', async () => {
  const trials = await all(30);
  for (const type of searchTypes) {
    const own = trials.filter((trial) => trial.type === type);
    const epochs = own.reduce((sum, trial) => sum + epochsOf(trial), 0);
    expect(epochs, type).toBeLessThanOrEqual(30);
    expect(epochs, type).toBeGreaterThan(28);
    expect(own[0]!.values).toEqual(trials[0]!.values);
    expect(own.some(({ isStopped }) => isStopped)).toBe(type.endsWith('asha'));
  }
  const [random, tpe] = [trials.slice(0, 15), trials.filter(({ type }) => type === 'tpe')];
  expect(tpe.slice(0, 10).map(({ values }) => values)).toEqual(random.slice(0, 10).map(({ values }) => values));
  expect(tpe[10]!.values).not.toEqual(random[10]!.values);
});

test('what was found is counted when a trial has come to its end', () => {
  const trial = (accuracies: number[], isStopped = false): SearchedTrial => ({ type: 'asha', seed: 1, trial: 1, values: {}, accuracies, isStopped }); // prettier-ignore
  const course = courseOf([trial([0.9], true), trial([0.6, 0.7]), trial([]), trial([0.2, 0.8])], 7);
  expect(course).toEqual([NaN, NaN, 0.7, 0.7, 0.7, 0.8, 0.8]);
});

test('the table has a row for each search', async () => {
  const table = comparisonTable(await all(30), 30).split('\n');
  expect(table[0]).toContain('after 15 epochs');
  expect(table.map((line) => line.split(' | ')[0])).toEqual(['| Search', '| ---', '| random', '| ASHA', '| TPE', '| TPE + ASHA']); // prettier-ignore
  // What the network can do at a rate of 0.1 is 100 %.
  expect(Number(table.find((line) => line.startsWith('| TPE |'))!.split(' | ')[4])).toBeGreaterThan(95);
});
