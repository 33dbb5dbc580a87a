import { temporaryDirectory } from '@glyphlab/core/testing';
import { ConfigError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { experimentJsonSchema } from './editor-schema.ts';
import { withKinds } from './kinds.ts';
import { loadExperiment } from './load-experiment.ts';
import { minimal, registry } from './testing/index.ts';

const load = async () => () => undefined;
const options = z
  .strictObject({ low: z.number().default(1), high: z.number().default(2) })
  .check(({ value, issues }) => {
    if (value.low > value.high)
      issues.push({ code: 'custom', input: value, path: ['low'], message: 'low is above high.' });
  });
const added = (kinds: object) => withKinds(registry, { from: 'glyphlab.config.ts', kinds });
const experiment = (all: typeof registry, set: string[], text = minimal) =>
  loadExperiment('a.yaml', { cwd: temporaryDirectory({ 'a.yaml': text }), set, registry: all });

function refusal(body: () => unknown): ConfigError {
  try {
    body();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

test('kinds of a person’s own are named, checked and completed like ours', () => {
  const all = added({ augmentations: [{ type: 'ink', options, load }], models: [{ type: 'mine', options, load }] });
  const config = experiment(all, ['augmentation=[{ type: ink, high: 3 }]', 'model.type=mine']);
  expect(config.augmentation).toEqual([{ type: 'ink', low: 1, high: 3 }]);
  expect(config.model).toEqual({ type: 'mine', low: 1, high: 2 });
  expect(refusal(() => experiment(all, ['model.type=mine', 'model.hihg=3'])).hint).toBe('Did you mean "high"?');
  expect(JSON.stringify(experimentJsonSchema(all))).toContain('"const":"ink"');
});

test('what a kind checks of its options as a whole is checked', () => {
  const all = added({ losses: [{ type: 'mine', options, load }] });
  const { where, message } = refusal(() => experiment(all, ['training.loss={ type: mine, low: 5 }']));
  expect([where, message]).toEqual([expect.stringContaining('› training.loss.low'), 'low is above high.']);
});

test('a metric can be watched where it is measured, the way it is better', () => {
  const metric = { type: 'worstClass', name: 'worst_class_recall', better: 'max', options: z.strictObject({}), load };
  const all = added({ metrics: [metric] });
  const watch = 'training.checkpoint.monitor=val/worst_class_recall';
  const { training } = experiment(all, [watch, 'evaluation.metrics=[{ type: worstClass }]']);
  expect(training.checkpoint).toEqual({ monitor: 'val/worst_class_recall', mode: 'max' });
  expect(refusal(() => experiment(all, [watch])).message).toBe(
    'val/worst_class_recall is not measured: add { type: worstClass } to evaluation.metrics.',
  );
  expect(refusal(() => experiment(registry, [watch])).message).toContain('Expected val/loss, val/accuracy');
  const twice = ['evaluation.metrics=[{ type: macroF1 }, { type: macroF1 }]'];
  expect(refusal(() => experiment(all, twice)).message).toBe('macroF1 is listed twice.');
});

test.each([
  ['a type that is taken', { models: [{ type: 'cnn', options, load }] }, 'models.0', 'already a model of type "cnn"'],
  [
    'the same type twice',
    {
      losses: [
        { type: 'a', options, load },
        { type: 'a', options, load },
      ],
    },
    'losses.1',
    'already a loss of type "a"',
  ],
  ['an unknown group', { model: [] }, 'model', 'no such group'],
  ['no list', { models: {} }, 'models', 'Expected a list'],
  ['no object', { models: ['cnn'] }, 'models.0', 'not an object'],
  ['no options', { models: [{ type: 'a', load }] }, 'models.0', 'options are not a zod object'],
  ['no load', { models: [{ type: 'a', options }] }, 'models.0', 'no load function'],
  [
    'an optimizer without learning rate',
    { optimizers: [{ type: 'a', options, load }] },
    'optimizers.0',
    'learningRate',
  ],
  ['a metric without name', { metrics: [{ type: 'a', options, load, better: 'max' }] }, 'metrics.0', 'name'],
  [
    'a metric whose name is taken',
    { metrics: [{ type: 'a', name: 'macro_f1', options, load, better: 'max' }] },
    'metrics.0',
    'already a metric that is logged as "macro_f1"',
  ],
])('refused: %s', (_, kinds, where, message) => {
  const error = refusal(() => added(kinds));
  expect(error).toMatchObject({ code: 'PROJECT_INVALID', where: `glyphlab.config.ts › ${where}` });
  expect(error.message).toContain(message);
});

test('a key of an earlier release is read where it belongs now', () => {
  const old = `${minimal}training: { labelSmoothing: 0.1 }\n`;
  expect(experiment(registry, [], old).training.loss).toEqual({ type: 'crossEntropy', labelSmoothing: 0.1 });
  expect(experiment(registry, ['training.loss.labelSmoothing=0.2'], old).training.loss['labelSmoothing']).toBe(0.2);
  const { where } = refusal(() => experiment(registry, ['training.labelSmoothing=2']));
  expect(where).toBe('--set training.labelSmoothing=2 › training.loss.labelSmoothing');
});
