import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['learningRat', 'learningRate'],
  ['LearningRate', 'learningRate'],
  ['momentmu', 'momentum'],
  ['zzzzzzzz', undefined],
])('%s → %s', (word, expected) => {
  expect(nearest(word, ['type', 'learningRate', 'momentum'])).toBe(expected);
});
