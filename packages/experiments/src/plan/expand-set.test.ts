import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { describeError, ExitCode, InputError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { digits, registry } from '../testing.ts';
import { expandSet, type ExperimentSet } from './expand-set.ts';

const files = {
  'configs/digits.yaml': digits,
  'configs/letters.yaml': digits.replace('{ type: digits }', '{ type: letters }'),
};

function expand(text: string): ExperimentSet {
  const cwd = temporaryDirectory({ ...files, 'experiments/try.yaml': text });
  return expandSet('experiments/try.yaml', { registry, cwd });
}

/** The error as the user reads it. */
function refusal(text: string): string {
  try {
    expand(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).exitCode).toBe(ExitCode.wrongInput);
    return describeError(error);
  }
  throw new Error('The set was accepted.');
}

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

const search = (more: string, space = 'model.dropout: { uniform: [0, 0.5] }'): string => `
seeds: [1, 2]
members:
  - config: ../configs/digits.yaml
    search:
      space:
        ${space}
${more.replace(/^/gm, '      ')}
`;

test('a search has a member for each trial of each seed, with what was drawn, checked like everything else', () => {
  const { members } = expand(search('type: asha\ntrials: 3\nbudget: 9'));
  expect(members.map(({ name }) => name)).toEqual(
    [1, 2].flatMap((seed) => [1, 2, 3].map((trial) => `digits, seed ${seed}, trial ${trial}`)),
  );
  for (const { config, trial, group, seed } of members) {
    expect({ group, search: trial!.search, seed: config.seed }).toEqual({
      group: 'digits',
      search: `digits, seed ${seed}`,
      seed,
    });
    expect(trial!.values).toEqual({ 'model.dropout': String(config.model['dropout']) });
    expect(trial!.plan).toMatchObject({ monitor: 'val/loss', mode: 'min', rungs: [1], epochs: 3, budget: 9 });
  }
  expect(new Set(members.map(({ config }) => config.model['dropout'])).size).toBe(6);
  expect(members.map(({ id }) => id)).toEqual(expand(search('type: asha\ntrials: 3')).members.map(({ id }) => id));
});

test('first guesses are the first trials; of a search that learns, any trial can be drawn anew', () => {
  const { members } = expand(search('type: tpe\ntrials: 3\nfirst: [{ model.dropout: 0.25 }]'));
  expect(members[0]!.trial!.values).toEqual({ 'model.dropout': '0.25' });
  expect(members[0]!.config.model['dropout']).toBe(0.25);
  const drawn = expand(search('type: random\ntrials: 3')).members;
  expect(members[1]!.id).toBe(drawn[1]!.id);
  expect(drawn[1]!.redraw).toBeUndefined();
  const other = members[1]!.redraw!({ 'model.dropout': '0.125' })!;
  expect(other).toMatchObject({ name: 'digits, seed 1, trial 2', seed: 1, trial: { number: 2 } });
  expect(other.config.model['dropout']).toBe(0.125);
  expect(other.config.tracking.tags['glyphlab.member']).toBe(other.id);
  expect(other.id).not.toBe(members[1]!.id);
  expect(other.redraw!(members[1]!.trial!.values)!.id).toBe(members[1]!.id);
});

test.each<[what: string, more: string, space: string | undefined, told: string[]]>([
  [
    'a test metric',
    'type: random\ntrials: 2\nmonitor: test/accuracy',
    undefined,
    ['try.yaml:10 › members.0.search.monitor', 'The test set is read once'],
  ],
  ['a training metric', 'type: random\ntrials: 2\nmonitor: train/loss', undefined, ['search.monitor']],
  ['no type', 'trials: 2', undefined, ['search.type']],
  [
    'rungs of random search',
    'type: random\ntrials: 2\nminEpochs: 1',
    undefined,
    ['search.minEpochs', 'Random search never stops a trial'],
  ],
  ['rungs of tpe', 'type: tpe\ntrials: 2\nreductionFactor: 2', undefined, ['tpe alone never stops a trial']],
  [
    'a guess at another key',
    'type: tpe\ntrials: 2\nfirst: [{ model.dropuot: 0.1 }]',
    'model.dropout: { uniform: [0, 0.5] }',
    ['try.yaml:10 › members.0.search.first.0.model.dropuot', 'It has: model.dropout.'],
  ],
  [
    'a guess beyond the range',
    'type: random\ntrials: 2\nfirst: [{ model.dropout: 0.6 }]',
    'model.dropout: { uniform: [0, 0.5] }',
    ['Expected a number from 0 to 0.5. Received: 0.6.'],
  ],
  [
    'a guess that is no option',
    'type: random\ntrials: 2\nfirst: [{ training.batchSize: 48 }]',
    'training.batchSize: { choice: [32, 64] }',
    ['Expected one of 32, 64. Received: 48.'],
  ],
  [
    'a range upside down',
    'type: random\ntrials: 2',
    'model.dropout: { uniform: [0.5, 0.1] }',
    ['try.yaml:7 › members.0.search.space.model.dropout.uniform', 'Received: [0.5, 0.1]'],
  ],
  [
    'one end',
    'type: random\ntrials: 2',
    'model.dropout: { uniform: [0.5] }',
    ['model.dropout.uniform', 'Expected the smallest and the largest value'],
  ],
  [
    'the logarithm of 0',
    'type: random\ntrials: 2',
    'model.dropout: { logUniform: [0, 1] }',
    ['model.dropout.logUniform.0', 'more than 0'],
  ],
  [
    'a fraction for a whole number',
    'type: random\ntrials: 2',
    'training.batchSize: { randInt: [1, 2.5] }',
    ['batchSize.randInt.1', 'Expected a whole number'],
  ],
  [
    'a misspelt distribution',
    'type: random\ntrials: 2',
    'model.dropout: { loguniform: [0.1, 1] }',
    ['Did you mean "logUniform"?'],
  ],
  [
    'two distributions',
    'type: random\ntrials: 2',
    'model.dropout: { uniform: [0, 1], choice: [1] }',
    ['Expected one of uniform, logUniform'],
  ],
  [
    'a key that the configuration has not',
    'type: random\ntrials: 2',
    'model.dropuot: { uniform: [0, 1] }',
    ['try.yaml:7 › model.dropuot', 'Did you mean "dropout"?'],
  ],
  [
    'a number where a whole one is wanted',
    'type: random\ntrials: 2',
    'training.batchSize: { uniform: [8, 64] }',
    ['try.yaml:7 › training.batchSize', 'Expected a whole number'],
  ],
  ['seeds', 'type: random\ntrials: 2', 'seed: { randInt: [1, 5] }', ['[CONFIG_SEED_APART]']],
  [
    'epochs',
    'type: asha\ntrials: 2',
    'training.epochs: { randInt: [1, 5] }',
    ['[CONFIG_SEARCHED_EPOCHS] experiments/try.yaml:7'],
  ],
  [
    'more trials than configurations',
    'type: random\ntrials: 3',
    'training.batchSize: { choice: [32, 64] }',
    ['[CONFIG_FEW_TRIALS] experiments/try.yaml:9', 'the space has 2 configurations'],
  ],
  ['no rung', 'type: asha\ntrials: 2\nminEpochs: 3', undefined, ['[CONFIG_NO_RUNG] experiments/try.yaml:10']],
  [
    'a budget for no trial',
    'type: asha\ntrials: 2\nbudget: 2',
    undefined,
    ['search.budget', 'Not one trial of 3 epochs fits in'],
  ],
])('a search with %s is refused, once', (_, more, space, told) => {
  const refused = refusal(search(more, space));
  for (const part of told) expect(refused).toContain(part);
  expect(refused).not.toMatch(/\d problems/);
});

test('what an override breaks is told where the set’s file says it', () => {
  expect(refusal('members:\n  - config: ../configs/digits.yaml\n    set:\n      training.epoch: 3\n')).toBe(
    [
      'ConfigError [CONFIG_UNKNOWN_KEY] experiments/try.yaml:4 › training.epoch',
      '  Unknown key. Allowed: epochs, batchSize, loss, optimizer, schedule, callbacks, earlyStopping, checkpoint, gradientClipNorm, ema, mixup, precision, towers, threads, backend.',
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
