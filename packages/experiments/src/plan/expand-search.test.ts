import { expect, test } from 'vitest';
import { expand, refusal } from './expand-testing.ts';

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
    ['model.dropout.logUniform.0', 'numbers above 0'],
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
    ['[CONFIG_FEW_TRIALS] experiments/try.yaml:9', 'the space has only 2 configurations'],
  ],
  ['no rung', 'type: asha\ntrials: 2\nminEpochs: 3', undefined, ['[CONFIG_NO_RUNG] experiments/try.yaml:10']],
  [
    'a budget for no trial',
    'type: asha\ntrials: 2\nbudget: 2',
    undefined,
    ['search.budget', 'Not even one trial of 3 epochs fits'],
  ],
])('a search with %s is refused, once', (_, more, space, told) => {
  const refused = refusal(search(more, space));
  for (const part of told) expect(refused).toContain(part);
  expect(refused).not.toMatch(/\d problems/);
});
