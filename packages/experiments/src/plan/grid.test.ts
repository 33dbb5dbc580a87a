import { expect, test } from 'vitest';
import { expandGrid, type ToProblem } from './grid.ts';

const refuse: ToProblem = (path, { message }) => {
  throw new Error(`${path.join('.')}: ${message}`);
};

test('every combination is a point, the last key changing fastest', () => {
  const points = expandGrid({ 'training.batchSize': [32, 64], 'model.type': ['cnn', 'resnet'] }, ['grid'], refuse);
  expect(points.map(({ labels }) => labels.join(', '))).toEqual([
    'batchSize=32, cnn',
    'batchSize=32, resnet',
    'batchSize=64, cnn',
    'batchSize=64, resnet',
  ]);
  expect(points[2]!.overrides).toEqual([
    { key: 'training.batchSize', value: 64, path: ['grid', 'training.batchSize', 1] },
    { key: 'model.type', value: 'cnn', path: ['grid', 'model.type', 0] },
  ]);
});

test('a mapping gives its values names, and a type is a name already', () => {
  const grid = { augmentation: { none: [], elastic: [{ type: 'elastic' }] }, model: [{ type: 'resnet', depth: 20 }] };
  const points = expandGrid(grid, [], refuse);
  expect(points.map(({ labels }) => labels)).toEqual([
    ['none', 'resnet'],
    ['elastic', 'resnet'],
  ]);
  expect(points[1]!.overrides.map(({ value }) => value)).toEqual([
    [{ type: 'elastic' }],
    { type: 'resnet', depth: 20 },
  ]);
});

test('without keys there is one point; without a name a value of several parts is refused', () => {
  expect(expandGrid({}, [], refuse)).toEqual([{ labels: [], overrides: [] }]);
  expect(() => expandGrid({ augmentation: [[]] }, ['grid'], refuse)).toThrow(/^grid\.augmentation\.0: .* needs a name/);
});
