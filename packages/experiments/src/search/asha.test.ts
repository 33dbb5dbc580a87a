import { expect, test } from 'vitest';
import { goesOn } from './asha.ts';
import { fitsBudget, searchPlan } from './search-plan.ts';

const space = { 'training.batchSize': { choice: [32] } };
const max = { mode: 'max', reductionFactor: 3 } as const;

test.each([
  ['one alone', 0.1, [0.1], true],
  ['the better of two', 0.9, [0.9, 0.8], true],
  ['the worse of two: a third of two is one', 0.8, [0.9, 0.8], false],
  ['the best of three', 0.9, [0.9, 0.8, 0.7], true],
  ['the second of three', 0.8, [0.9, 0.8, 0.7], false],
  ['the second of four: a third of four is two', 0.8, [0.9, 0.8, 0.7, 0.6], true],
  ['the third of nine', 0.7, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], true],
  ['the fourth of nine', 0.6, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], false],
  ['all that are equal', 0.5, [0.5, 0.5, 0.5], true],
  ['what equals the last that goes on', 0.8, [0.9, 0.8, 0.8, 0.1], true],
  ['what is not a number', NaN, [0.5, NaN], false],
  ['a number beside what is none', 0.5, [0.5, NaN], true],
])('%s', (_, value, values, expected) => {
  expect(goesOn(value, values, max)).toBe(expected);
});

test('of losses the lowest go on, and a factor of two lets half of them', () => {
  const going = (reductionFactor: number) =>
    [0.4, 0.3, 0.2, 0.1].filter((value, _, values) => goesOn(value, values, { mode: 'min', reductionFactor }));
  expect(going(2)).toEqual([0.2, 0.1]);
  expect(going(4)).toEqual([0.1]);
});

test('rungs grow by the factor, and lie before the last epoch', () => {
  const rungs = (epochs: number, minEpochs?: number, reductionFactor?: number) => {
    const given = { ...(minEpochs && { minEpochs }), ...(reductionFactor && { reductionFactor }) };
    return searchPlan({ type: 'asha', trials: 9, space, monitor: 'val/loss', ...given }, epochs, 'min').rungs;
  };
  expect(rungs(9)).toEqual([1, 3]);
  expect(rungs(10)).toEqual([1, 3, 9]);
  expect(rungs(20, 2, 4)).toEqual([2, 8]);
  expect(rungs(3, 3)).toEqual([]);
});

test('a trial fits if it could be trained to its end, whatever those that have begun still take', () => {
  const plan = searchPlan({ type: 'random', trials: 9, space, monitor: 'val/loss', budget: 27 }, 9, 'min');
  expect(plan.mode).toBe('min');
  expect(fitsBudget(plan, 9, 9)).toBe(true);
  expect(fitsBudget(plan, 10, 9)).toBe(false);
  expect(fitsBudget({ ...plan, budget: undefined }, 1000, 9)).toBe(true);
});
