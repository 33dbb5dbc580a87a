import { temporaryDirectory } from '@glyphlab/core/testing';
import { ConfigError, describeError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { loadExperiment } from './load-experiment.ts';
import { minimal, registry } from './testing/index.ts';

type Files = Record<string, string | Uint8Array>;

function load(files: Files, set: string[] = [], file = 'a.yaml') {
  return loadExperiment(file, { set, registry, cwd: temporaryDirectory(files) });
}

/** The error as the user reads it. */
function refusal(files: Files, set: string[] = [], file = 'a.yaml'): string {
  try {
    load(files, set, file);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).kind).toBe('wrongInput');
    return describeError(error);
  }
  throw new Error('The configuration was accepted.');
}

test('defaults fill in what is not said', () => {
  const { training, augmentation, seed, dataset, model, tracking } = load({ 'a.yaml': minimal });
  expect({ augmentation, seed, dataset, model, tracking }).toEqual({
    augmentation: [],
    seed: 1,
    dataset: { type: 'digits', valFraction: 0.1 },
    model: { type: 'cnn', filters: [32, 64], dropout: 0.4 },
    tracking: { experiment: 'glyphlab', mistakePanels: 10, tags: {} },
  });
  expect(training.optimizer).toEqual({
    type: 'sgd',
    learningRate: 0.01,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 0,
  });
  expect(training.checkpoint).toEqual({ monitor: 'val/loss', mode: 'min' });
});

test('mode follows the metric', () => {
  const set = ['training.checkpoint.monitor=val/accuracy', 'training.earlyStopping={patience: 2}'];
  const { training } = load({ 'a.yaml': minimal }, set);
  expect(training.checkpoint.mode).toBe('max');
  expect(training.earlyStopping).toMatchObject({ mode: 'min', patience: 2 });
});

test('a key is checked where it was written, through extends', () => {
  const files = {
    'base/all.yaml': `${minimal}training:\n  epochs: 3\n  optimizer:\n    type: sgd\n    learningRat: 0.1\n`,
    'a.yaml': 'extends: base/all.yaml\nname: a\n',
  };
  expect(refusal(files)).toBe(
    [
      'ConfigError [CONFIG_UNKNOWN_KEY] base/all.yaml:8 › training.optimizer.learningRat',
      '  Unknown key. Allowed: type, learningRate, momentum, nesterov, weightDecay.',
      '  Did you mean "learningRate"?',
    ].join('\n'),
  );
});

test('every problem is told at once, each with its place', () => {
  const text = `${minimal}training:\n  epochs: 0\n  batchSize: "32"\n  optimizer: { type: adam, momentum: 0.9 }\nextra: 1\n`;
  const told = refusal({ 'a.yaml': text }, ['training.precision=fp64']);
  expect(told).toContain('ConfigError [CONFIG_INVALID] a.yaml\n  5 problems:');
  expect(told).toContain('a.yaml:5 › training.epochs\n     Expected at least 1. Received: 0.');
  expect(told).toContain('a.yaml:6 › training.batchSize\n     Expected a number. Received: "32".');
  expect(told).toContain('a.yaml:7 › training.optimizer.momentum');
  expect(told).toContain('"momentum" belongs to type sgd; here type is adam.');
  expect(told).toContain('a.yaml:8 › extra');
  expect(told).toContain('--set training.precision=fp64 › training.precision');
});

test('problems are there as data as well, and an override may have been written elsewhere', () => {
  const origin = { file: 'set.yaml', line: 7 };
  const options = { set: [{ text: 'training.epochs=0', origin }, 'training.epocs=1'], registry };
  const cwd = temporaryDirectory({ 'a.yaml': minimal });
  expect(() => loadExperiment('a.yaml', { ...options, cwd })).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ code: 'CONFIG_INVALID_VALUE', where: 'set.yaml:7 › training.epochs' }),
        expect.objectContaining({ code: 'CONFIG_UNKNOWN_KEY', hint: 'Did you mean "epochs"?' }),
      ],
    }),
  );
  expect(() => loadExperiment('b.yaml', { registry, cwd, asked: 'set.yaml:3' })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ code: 'CONFIG_NOT_FOUND', where: 'set.yaml:3' })] }),
  );
});

test.each<[what: string, files: Files, set: string[], told: string[]]>([
  ['missing file', { 'b.yaml': minimal }, [], ['[CONFIG_NOT_FOUND] a.yaml', 'Did you mean "b.yaml"?']],
  ['a short name', { 'a.yaml': minimal }, ['lr=0.1'], ['Did you mean "training.optimizer.learningRate"?']],
  ['directory', { 'a.yaml/x': '' }, [], ['[CONFIG_IS_DIRECTORY] a.yaml']],
  ['empty file', { 'a.yaml': '# nothing yet\n' }, [], ['[CONFIG_EMPTY] a.yaml']],
  ['list', { 'a.yaml': '- 1\n' }, [], ['[CONFIG_NOT_A_MAPPING] a.yaml:1']],
  ['not YAML', { 'a.yaml': 'name: x\ntraining: [1, 2\n' }, [], ['[CONFIG_NOT_YAML] a.yaml:3']],
  ['not text', { 'a.yaml': new Uint8Array([0x80, 0xff, 0x00]) }, [], ['[CONFIG_NOT_YAML] a.yaml', 'UTF-8']],
  ['duplicate key', { 'a.yaml': `${minimal}seed: 1\nseed: 2\n` }, [], ['[CONFIG_DUPLICATE_KEY] a.yaml:5 › seed']],
  ['empty value', { 'a.yaml': `${minimal}training:\n` }, [], ['[CONFIG_EMPTY_VALUE] a.yaml:4 › training']],
  ['unknown tag', { 'a.yaml': `${minimal}seed: !!js 1\n` }, [], ['[CONFIG_NOT_YAML] a.yaml:4']],
  [
    'no name',
    { 'a.yaml': 'dataset: { type: digits }\nmodel: { type: cnn }\n' },
    [],
    ['[CONFIG_MISSING_KEY] a.yaml › name'],
  ],
  ['no dataset', { 'a.yaml': 'name: a\nmodel: { type: cnn }\n' }, [], ['› dataset', 'one of: digits, letters']],
  [
    'unknown dataset',
    { 'a.yaml': minimal },
    ['dataset.type=digit'],
    ['[CONFIG_UNKNOWN_TYPE]', 'no dataset', 'Did you mean "digits"?'],
  ],
  [
    'unknown model',
    { 'a.yaml': minimal },
    ['model.type=resnt'],
    ['no model of type "resnt"', 'Did you mean "resnet"?'],
  ],
  [
    'unknown optimizer',
    { 'a.yaml': minimal },
    ['training.optimizer.type=adm'],
    ['no optimizer', 'Did you mean "adam"?'],
  ],
  [
    'unknown schedule',
    { 'a.yaml': minimal },
    ['training.schedule.type=cosin'],
    ['no schedule', 'Did you mean "cosine"?'],
  ],
  [
    'model option',
    { 'a.yaml': minimal },
    ['model.filters=[1, x]'],
    ['› model.filters.1', 'Expected a number. Received: "x".'],
  ],
  [
    'option of a record',
    { 'a.yaml': minimal },
    ['tracking.tags={a: 1}'],
    ['› tracking.tags.a', 'Expected text. Received: 1.'],
  ],
  [
    'names that MLflow does not take',
    { 'a.yaml': minimal },
    ['tracking.register={ name: a/b, alias: v2 }'],
    ['› tracking.register.name', 'no slash', '› tracking.register.alias', 'MLflow reserves latest'],
  ],
  ['an alias of no model', { 'a.yaml': minimal }, ['tracking.register={ alias: a }'], ['› tracking.register.name']],
  ['fraction', { 'a.yaml': minimal }, ['training.epochs=1.5'], ['Expected a whole number. Received: 1.5.']],
  [
    'negative rate',
    { 'a.yaml': minimal },
    ['training.optimizer.learningRate=-1'],
    ['Expected more than 0. Received: -1.'],
  ],
  ['seed beyond all bounds', { 'a.yaml': minimal }, ['seed=1e30'], ['[CONFIG_INVALID_VALUE]', 'at most 2147483647']],
  ['NaN', { 'a.yaml': minimal }, ['training.optimizer.learningRate=.nan'], ['Expected a number. Received: NaN.']],
  ['infinity', { 'a.yaml': minimal }, ['training.batchSize=.inf'], ['Received: Infinity.']],
  [
    'YAML 1.1 words',
    { 'a.yaml': minimal },
    ['training.optimizer.nesterov=yes'],
    ['Expected true or false.', 'not yes, no'],
  ],
  ['test set watched', { 'a.yaml': minimal }, ['training.checkpoint.monitor=test/loss'], ['read once']],
  [
    'test set watched, as it is logged',
    { 'a.yaml': minimal },
    ['training.checkpoint.monitor=test_loss'],
    ['read once'],
  ],
  ['wrong direction', { 'a.yaml': minimal }, ['training.checkpoint.mode=max'], ['val/loss is better lower']],
  ['null override of nothing', { 'a.yaml': minimal }, ['training.sede=null'], ['[CONFIG_NOTHING_TO_DELETE]']],
  [
    'warm-up without end',
    { 'a.yaml': minimal },
    ['training.schedule={type: cosine, warmupEpochs: 10}'],
    ['› training.schedule.warmupEpochs', 'fewer than the 10 epochs'],
  ],
])('refused: %s', (_, files, set, told) => {
  const text = refusal(files, set);
  for (const part of told) expect(text).toContain(part);
});

test('a key or type that every JavaScript object has is unknown as any other is', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'training.optimizer.valueOf']) {
    const told = refusal({ 'a.yaml': minimal }, [`${key}=1`]);
    expect(told).toContain('[CONFIG_UNKNOWN_KEY]');
    expect(told).not.toMatch(/belongs to|undefined/);
  }
  for (const type of ['constructor', '__proto__'])
    expect(refusal({ 'a.yaml': minimal }, [`model.type=${type}`])).toContain(`no model of type "${type}"`);
});

test('extends merges mappings, replaces lists, deletes with null, and later files win', () => {
  const files = {
    'base/one.yaml': `${minimal}augmentation:\n  - { type: affine, rotation: 10 }\ntraining:\n  epochs: 3\n  gradientClipNorm: 1\n`,
    'two.yaml': 'training: { epochs: 4, batchSize: 64 }\n',
    'a.yaml':
      'extends: [base/one.yaml, two.yaml]\nname: a\naugmentation: [{ type: elastic }]\ntraining: { gradientClipNorm: null }\n',
  };
  const config = load(files);
  expect(config.name).toBe('a');
  expect(config.training).toMatchObject({ epochs: 4, batchSize: 64 });
  expect(config.training).not.toHaveProperty('gradientClipNorm');
  expect(config.augmentation).toEqual([{ type: 'elastic', alpha: 34 }]);
});

test('another type leaves nothing of the old one behind', () => {
  const base = `${minimal}training:\n  optimizer: { type: sgd, learningRate: 0.5, momentum: 0.5 }\n`;
  const files = { 'base.yaml': base, 'a.yaml': 'extends: base.yaml\ntraining: { optimizer: { type: adam } }\n' };
  expect(load(files).training.optimizer).toMatchObject({ type: 'adam', learningRate: 0.001 });
  const set = ['training.optimizer.learningRate=0.002', 'training.optimizer.type=adam'];
  expect(load({ 'a.yaml': base }, set).training.optimizer).toMatchObject({ type: 'adam', learningRate: 0.002 });
  expect(load({ 'a.yaml': base }, ['training.optimizer.type=sgd']).training.optimizer).toMatchObject({ momentum: 0.5 });
});

test('a cycle is refused with its chain', () => {
  const files = { 'a.yaml': 'extends: b/b.yaml\n', 'b/b.yaml': '# b\nextends: ../a.yaml\n' };
  const told = refusal(files);
  expect(told).toContain('[CONFIG_EXTENDS_CYCLE] b/b.yaml:2 › extends');
  expect(told).toContain('a.yaml → b/b.yaml → a.yaml');
});

test('two ways to the same base are no cycle', () => {
  const files = {
    'base.yaml': minimal,
    'b.yaml': 'extends: base.yaml\nseed: 7\n',
    'a.yaml': 'extends: [base.yaml, b.yaml]\nname: a\n',
  };
  expect(load(files).seed).toBe(7);
});

test('a mapping without a type is of the default one', () => {
  expect(load({ 'a.yaml': minimal }, ['training.optimizer.learningRate=0.5']).training.optimizer).toMatchObject({
    type: 'sgd',
    learningRate: 0.5,
  });
  const told = refusal({ 'a.yaml': minimal }, ['training.schedule.patience=3']);
  expect(told).toContain('"patience" belongs to type reduceLrOnPlateau; here type is constant.');
});

test('what extends a missing file names the line', () => {
  const told = refusal({ 'a.yaml': 'name: a\nextends: base/mnst.yaml\n', 'base/mnist.yaml': minimal });
  expect(told).toContain(
    '[CONFIG_NOT_FOUND] a.yaml:2 › extends\n  There is no file base/mnst.yaml.\n  Did you mean "mnist.yaml"?',
  );
});

test('aliases are followed, but not without end', () => {
  expect(load({ 'a.yaml': `${minimal}seed: &s 5\ntraining: { epochs: *s }\n` }).training.epochs).toBe(5);
  expect(refusal({ 'a.yaml': `${minimal}training: &t { optimizer: *t }\n` })).toContain('An alias contains itself.');
  const levels = Array.from({ length: 8 }, (_, i) => `x${i + 1}: &x${i + 1} [${Array(10).fill(`*x${i}`).join(', ')}]`);
  expect(refusal({ 'a.yaml': `x0: &x0 1\n${levels.join('\n')}\n` })).toContain('More than 10000 values.');
});

test('options written without a type are those of the default type, which another type leaves behind', () => {
  const base = `${minimal}training: { optimizer: { learningRate: 0.5, momentum: 0.8 } }\n`;
  const adam = { type: 'adam', learningRate: 0.001 };
  expect(load({ 'a.yaml': base }, ['training.optimizer.type=adam']).training.optimizer).toMatchObject(adam);
  const files = { 'base.yaml': base, 'a.yaml': 'extends: base.yaml\ntraining: { optimizer: { type: adam } }\n' };
  expect(load(files).training.optimizer).toMatchObject(adam);
  const same = load({ 'a.yaml': base }, ['training.optimizer.type=sgd', 'training.optimizer.nesterov=true']);
  expect(same.training.optimizer).toMatchObject({ type: 'sgd', learningRate: 0.5, momentum: 0.8, nesterov: true });
});

test.each<[text: string, set: string[], said: string]>([
  ['name: @team\n', [], 'If it is meant as text, put it in quotes.'],
  ['name: [draft] x\n', [], 'If it is meant as text, put it in quotes.'],
  ['name: a: b\n', [], 'If it is meant as text, put it in quotes.'],
  ['name: *x\n', [], 'There is no anchor "&x".'],
  [minimal, ['name=123e45'], `To give text, put it in quotes: --set 'name="123e45"'.`],
  [`${minimal}description: 1.10\n`, [], 'To give text, put it in quotes: description: "1.10".'],
  [`${minimal}description: run \${seed}\n`, [], '"${…}" is not replaced.'],
  [`${minimal}<<: { seed: 1 }\n`, [], 'Merge keys are not supported.'],
  [`${minimal}---\nseed: 2\n`, [], 'A second document begins here.'],
  ['extends: ~/x.yaml\n', [], '"~" is not replaced by your home directory.'],
  [minimal, ['training.optimizer=adam'], 'Write --set training.optimizer.type=adam.'],
  [`${minimal}training: { optimizer: adam }\n`, [], 'Write optimizer: { type: adam }.'],
  [`${minimal}optimizer: adam\n`, [], 'Did you mean "training.optimizer"?'],
  [minimal, ['epochs=3'], 'Did you mean "training.epochs"?'],
])('%j with %j: %s', (text, set, said) => {
  expect(refusal({ 'a.yaml': text }, set)).toContain(said);
});

test('a last phase has fewer epochs than the training, and no augmentation unless it says so', () => {
  const files = { 'a.yaml': minimal };
  const { training } = load(files, ['training.refine={ lastEpochs: 2 }']);
  expect(training.refine).toEqual({ lastEpochs: 2, augmentation: [] });
  const said = refusal(files, ['training.epochs=3', 'training.refine={ lastEpochs: 3 }']);
  expect(said).toContain('training.refine.lastEpochs');
  expect(said).toContain('Expected fewer than the 3 epochs. Received: 3.');
});
