import { expect, test } from 'vitest';
import type { FoundRun } from './run-overview.ts';
import { parseWhere, requireFields } from './where.ts';

const run: FoundRun = {
  uuid: '0b54c0de-0000-4000-8000-000000000000',
  name: 'my first run',
  experiment: 'digits',
  parent: undefined,
  status: 'FINISHED',
  startedMs: Date.UTC(2026, 10, 26, 12),
  lastMs: Date.UTC(2026, 10, 26, 13),
  isUntracked: true,
  epochs: 9,
  bestEpoch: 8,
  seconds: 120,
  params: { 'model.type': 'resnet', 'training.optimizer.learningRate': '0.05', 'model.filters': '[8,16]' },
  tags: { owner: 'Ada' },
  metrics: { 'val/accuracy': 0.991, 'val/loss': NaN },
  directory: '/runs/0b54c0de',
  mlflow: undefined,
};

test.each([
  ['val/accuracy > 0.99 and model.type = resnet', true],
  ['val/accuracy>99%', true],
  ['val/accuracy >= 0.991 and val/accuracy <= 0.991', true],
  ['val/accuracy > 99.2%', false],
  ['training.optimizer.learningRate = 5e-2', true],
  ['model.type in (cnn, "resnet")', true],
  ['model.type in (cnn)', false],
  ['name = "my first run"', true],
  ["name ~ 'FIRST'", true],
  ['name !~ first', false],
  ['not (epochs < 9 or epochs > 9)', true],
  ['epochs = 1 or epochs = 9 and state = finished', true],
  ['NOT epochs = 9 OR owner != Ada', false],
  ['started > 2026-11 and started < 2027', true],
  ['minutes = 2 and not tracked and not kept', true],
  ['val/loss < 1 or val/loss >= 1', false],
  ['test_accuracy < 1', false],
  ['test_accuracy', false],
  ['owner', true],
  ['`model.filters` = "[8,16]"', true],
])('%s: %s', (condition, expected) => {
  expect(parseWhere(condition).test(run)).toBe(expected);
});

test.each([
  ['', 0, 'empty'],
  ['epochs >', 8, 'Expected a value after ">"'],
  ['epochs 9', 7, 'Expected one of'],
  ['(epochs = 9', 11, 'Expected ")"'],
  ['epochs = 9 state = finished', 11, 'Expected "and" or "or"'],
  ['= 9', 0, 'Expected a field'],
  ['epochs = 9 and', 14, 'Expected a field'],
  ['name = "open', 7, 'Cannot read'],
])('%j is refused at character %i', (condition, at, says) => {
  const hint = expect.stringContaining(`${condition}\n${' '.repeat(at)}^`) as string;
  const message = expect.stringContaining(says) as string;
  expect(() => parseWhere(condition)).toThrow(expect.objectContaining({ code: 'RUNS_BAD_WHERE', message, hint }));
});

test('a field that no run has is refused with the nearest one', () => {
  requireFields(['model.type', 'kept', 'owner'], [run], '--where');
  const hint = expect.stringContaining('Did you mean "val/accuracy"?') as string;
  expect(() => requireFields(['val/acuracy'], [run], '--where')).toThrow(expect.objectContaining({ hint }));
});
