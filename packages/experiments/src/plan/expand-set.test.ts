import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { registry } from '../testing.ts';
import { expand, refusal } from './expand-testing.ts';
import { expandSet } from './expand-set.ts';

test('members are configurations times combinations times seeds, in the order of the file', () => {
  const { name, experiment, members, resultsDirectory } = expand(`
seeds: [1, 2]
members:
  - config: ../configs/digits.yaml
    grid: { training.batchSize: [32, 64] }
  - { config: ../configs/letters.yaml, name: letters, seeds: [7] }
`);
  expect({ name, experiment }).toEqual({ name: 'try', experiment: 'try' });
  expect(resultsDirectory).toMatch(/experiments\/try$/);
  expect(members.map((member) => member.name)).toEqual([
    'digits, batchSize=32, seed 1',
    'digits, batchSize=32, seed 2',
    'digits, batchSize=64, seed 1',
    'digits, batchSize=64, seed 2',
    'letters, seed 7',
  ]);
  expect(members.map(({ config }) => [config.training.batchSize, config.seed])).toEqual([
    [32, 1],
    [32, 2],
    [64, 1],
    [64, 2],
    [32, 7],
  ]);
  expect(members.map(({ config }) => [config.tracking.experiment, config.tracking.tags])).toEqual(
    members.map(({ id }) => ['try', { 'glyphlab.member': id }]),
  );
  expect(new Set(members.map(({ id }) => id)).size).toBe(5);
});

test('values of the grid go over those of the entry, and these over those of the set; threads are one unless said', () => {
  const { members } = expand(`
experiment: mine
set: { training.epochs: 1, training: { batchSize: 8 }, model.dropout: 0.1 }
members:
  - config: ../configs/digits.yaml
    set: { training.epochs: 2, training.threads: 4 }
    grid: { training.epochs: [3] }
  - config: ../configs/letters.yaml
    seeds: [4]
`);
  const [first, second] = members.map(({ config }) => config);
  expect(first!.training).toMatchObject({ epochs: 3, batchSize: 8, threads: 4 });
  expect(second!.training).toMatchObject({ epochs: 1, batchSize: 8, threads: 1 });
  expect([first!.seed, second!.seed, first!.tracking.experiment]).toEqual([1, 4, 'mine']);
  expect(first!.model['dropout']).toBe(0.1);
});

test('folds are members of one group, a fold each; an entry may have others than its set', () => {
  const { members } = expand(`
seeds: [1, 2]
folds: 2
members:
  - config: ../configs/digits.yaml
  - { config: ../configs/letters.yaml, name: letters, seeds: [7], folds: 3 }
`);
  expect(members.map(({ name, config }) => [name, config.dataset.fold])).toEqual([
    ['digits, seed 1, fold 1 of 2', { of: 2, held: 1 }],
    ['digits, seed 1, fold 2 of 2', { of: 2, held: 2 }],
    ['digits, seed 2, fold 1 of 2', { of: 2, held: 1 }],
    ['digits, seed 2, fold 2 of 2', { of: 2, held: 2 }],
    ['letters, seed 7, fold 1 of 3', { of: 3, held: 1 }],
    ['letters, seed 7, fold 2 of 3', { of: 3, held: 2 }],
    ['letters, seed 7, fold 3 of 3', { of: 3, held: 3 }],
  ]);
  expect(new Set(members.map(({ group }) => group))).toEqual(new Set(['digits', 'letters']));
  expect(new Set(members.map(({ id }) => id)).size).toBe(7);
});

test('the names of a lone entry’s values say enough', () => {
  const { members, references } = expand(`
members:
  - config: ../configs/digits.yaml
    grid: { augmentation: { none: [], elastic: [{ type: elastic }] } }
    reference: { source: Report, testAccuracy: 0.99 }
`);
  expect(members.map(({ group }) => group)).toEqual(['none', 'elastic']);
  expect(references.get('elastic')).toEqual({ source: 'Report', testAccuracy: 0.99 });
});

test('what an override breaks is told where the set’s file says it', () => {
  expect(refusal('members:\n  - config: ../configs/digits.yaml\n    set:\n      training.epoch: 3\n')).toBe(
    [
      'ConfigError [CONFIG_UNKNOWN_KEY] experiments/try.yaml:4 › training.epoch',
      '  Unknown key. Allowed: epochs, batchSize, loss, optimizer, schedule, callbacks, earlyStopping, checkpoint, gradientClipNorm, ema, swa, mixup, freeze, layerDecay, batchNorm, cutMix, refine, distill, precision, towers, threads, backend.',
      '  Did you mean "epochs"?',
    ].join('\n'),
  );
});

test('all problems are told at once, of the file’s keys and of every configuration, each once', () => {
  const told = refusal(`
seeds: [1, 2]
set:
  model.dropout: lots
members:
  - config: ../configs/digit.yaml
  - config: ../configs/digits.yaml
    grid: { training.batchSize: [1, 0] }
    set: { seed: 4 }
`);
  expect(told).toContain('4 problems:');
  expect(told).toContain('[CONFIG_NOT_FOUND] experiments/try.yaml:6 › members.0.config');
  expect(told).toContain('Did you mean "digits.yaml"?');
  expect(told).toContain('experiments/try.yaml:4 › model.dropout\n     Expected a number. Received: "lots".');
  expect(told).toContain('experiments/try.yaml:8 › training.batchSize\n     Expected at least 1. Received: 0.');
  expect(told).toContain('[CONFIG_SEED_APART] experiments/try.yaml:9 › members.1.set.seed');
});

test.each<[what: string, text: string, told: string[]]>([
  ['nothing', '# empty\n', ['[CONFIG_EMPTY] experiments/try.yaml']],
  ['no mapping', '- 1\n', ['Expected a mapping of keys to values. Received: a list of 1.']],
  ['no YAML', 'members: [', ['[CONFIG_NOT_YAML] experiments/try.yaml:1']],
  ['a key twice', 'seeds: [1]\nseeds: [2]\nmembers: []\n', ['[CONFIG_DUPLICATE_KEY] experiments/try.yaml:2']],
  [
    'a key without value',
    'members:\n  - config:\n',
    ['[CONFIG_EMPTY_VALUE] experiments/try.yaml:2 › members.0.config'],
  ],
  ['no members', 'members: []\n', ['try.yaml:1 › members', 'Expected at least 1 entry. Received: a list of 0.']],
  ['no config', 'members:\n  - name: x\n', ['[CONFIG_MISSING_KEY] experiments/try.yaml:2 › members.0.config']],
  [
    'a misspelt key',
    'seds: [1]\nmembers: [{ config: a, gird: {} }]\n',
    ['Did you mean "seeds"?', 'Did you mean "grid"?'],
  ],
  [
    'wrong values',
    'parallel: 0\nseeds: [1.5]\nmembers: [{ config: 3 }]\n',
    ['parallel\n     Expected at least 1', 'seeds.0', 'Expected text. Received: 3.'],
  ],
  ['one fold', 'folds: 1\nmembers: [{ config: a }]\n', ['try.yaml:1 › folds', 'Expected at least 2']],
  [
    'a search in folds',
    'folds: 2\nmembers:\n  - config: ../configs/digits.yaml\n    search: { type: random, trials: 2, space: { training.epochs: { randInt: [1, 9] } } }\n',
    ['[CONFIG_SEARCH_IN_FOLDS] experiments/try.yaml:4 › members.0.search'],
  ],
  [
    'a fold that is none',
    'members:\n  - config: ../configs/digits.yaml\n    set: { dataset.fold: { of: 3, held: 4 } }\n',
    ['dataset.fold.held', 'Expected a fold from 1 to 3. Received: 4.'],
  ],
  ['a seed twice', 'seeds: [1, 1]\nmembers: [{ config: a }]\n', ['The same seed is listed twice.']],
  ['an axis of one value', 'members: [{ config: a, grid: { x: 3 } }]\n', ['Expected a list of values, or a mapping']],
  [
    'the same member twice',
    'members:\n  - config: ../configs/digits.yaml\n  - { config: ../configs/digits.yaml, name: b }\n',
    ['[CONFIG_SAME_MEMBER] experiments/try.yaml:3 › members.1', '"b, seed 1" trains the same as "digits, seed 1"'],
  ],
  [
    'a name twice',
    'members:\n  - config: ../configs/digits.yaml\n  - { config: ../configs/letters.yaml, name: digits }\n',
    ['Two members are called "digits, seed 1".'],
  ],
])('%s is refused', (_, text, told) => {
  const refused = refusal(text);
  for (const part of told) expect(refused).toContain(part);
});

test('a file that is missing is refused, and one whose name cannot be a set’s', () => {
  const cwd = temporaryDirectory({ 'experiments/try.yaml': '', "it's.yaml": 'members: [{ config: a }]\n' });
  const refusalOf = (file: string) => () => expandSet(file, { registry, cwd });
  expect(refusalOf('experiments/tri.yaml')).toThrow(
    expect.objectContaining({ code: 'CONFIG_NOT_FOUND', hint: 'Did you mean "try.yaml"?' }),
  );
  expect(refusalOf('experiments')).toThrow(expect.objectContaining({ code: 'CONFIG_IS_DIRECTORY' }));
  expect(refusalOf(join(cwd, "it's.yaml"))).toThrow(expect.objectContaining({ code: 'CONFIG_BAD_NAME' }));
});
