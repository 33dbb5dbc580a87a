import { expect, test } from 'vitest';
import { duration, percent, textTable } from './format.ts';

test.each([
  [0, '0.0 s'],
  [4.21, '4.2 s'],
  [9.96, '10 s'],
  [89.4, '89 s'],
  [89.6, '1 min 30 s'],
  [119.7, '2 min 00 s'],
  [125, '2 min 05 s'],
  [599.6, '10 min'],
  [720, '12 min'],
  [5399, '1 h 30 min'],
  [11_100, '3 h 05 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('a share is told in percent', () => {
  expect(percent(0.99714)).toBe('99.71 %');
  expect(percent(0.5, 1)).toBe('50.0 %');
});

test('columns of a table stand below one another, and a cell is one line without control characters', () => {
  const rows = [
    ['class', 'train'],
    ['re\u001b[31md', '7'],
    ['a\nb', '12'],
  ];
  expect(textTable(rows, new Set([1]))).toEqual(['class        train', 're\\x1b[31md      7', 'a b             12']);
});
